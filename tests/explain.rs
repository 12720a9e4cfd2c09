//! In: answers of the shipped policies and of hostile ones. Out: whether their explanations are complete, tell what each part came to, and are well-formed as text, Markdown, Mermaid and JSON. Never here: what the answers are (`eval.rs`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot run should fail loudly"
)]

mod support;

use polc::diagnostics::codes;
use polc::eval::{StatementTrace, Trace};
use polc::{Answer, Detail, Facts, Moment, Policies, Question, input, report};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use support::{Folder, polc};

static SHIPPED: LazyLock<Policies> = LazyLock::new(|| Policies::load(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")]));

fn explained(policies: &Policies, region: &str, decision: &str, told: &[&str]) -> Answer {
    let (decision, args) = policies.decision(decision).unwrap();
    let mut facts = Facts::new();
    for t in told {
        input::fact_from_setting(policies, decision, t, &mut facts).unwrap();
    }
    let question = Question { region: policies.region(region).unwrap(), decision, args, moment: Moment { on: 20_500, known: None } };
    policies.ask(&question, &facts, Detail { explain: true })
}

fn from(text: &str) -> Policies {
    let policies = Policies::from_text("x.pol", text);
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics);
    policies
}

/// The questions that every form is tried on: disputes, referrals, missing facts, no rule, values read elsewhere.
fn answers() -> Vec<Answer> {
    let mut out = vec![
        explained(&SHIPPED, "西宁", "transfer resident->employee", &[]),
        explained(&SHIPPED, "西宁", "transfer resident->employee", &["possible=true", "gap=5 months", "move=cross_province"]),
        explained(&SHIPPED, "西宁", "transfer", &[]),
        explained(&SHIPPED, "西宁", "retire employee", &["sex=female"]),
        explained(&SHIPPED, "西宁", "coverage", &[]),
        explained(&SHIPPED, "青海", "contribute", &[]),
        explained(&SHIPPED, "兰州", "account", &[]),
        explained(&hostile(), "甲市", "d", &[]),
    ];
    for decision in ["allowance", "allowance spouse"] {
        out.push(explained(&from(FAMILY), "甲市", decision, &[MEMBERS]));
    }
    out
}

fn statements(trace: &Trace) -> Vec<&StatementTrace> {
    trace.statements.iter().chain(trace.reads.iter().flat_map(statements)).collect()
}

#[test]
fn every_code_is_explained() {
    let folder = Folder::new();
    for code in codes::ALL {
        let run = polc(folder.path(), &["explain", code.id]).ends(0);
        assert!(run.out.starts_with(&format!("# {}: {}", code.id, code.title)), "{}", run.out);
        assert!(run.err.is_empty() && run.out.ends_with('\n'));
    }
}

/// What stands in the data stands in every form of it.
#[test]
fn every_form_is_complete() {
    let mut kinds = BTreeSet::new();
    for answer in answers() {
        let text = report::answer_text(&answer, report::Paint::default());
        let markdown: String = report::markdown(&answer).replace('\\', "").replace("&amp;", "&");
        let mermaid = labels(&report::mermaid(std::slice::from_ref(&answer)));
        let clean = |s: &str| s.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().replace('\\', "");
        for o in &answer.outcomes {
            kinds.insert(o.status.word());
            assert!(!o.explanation.is_empty(), "{}.{} is not explained", answer.decision, o.outcome);
            for e in &o.explanation {
                for s in statements(&e.trace) {
                    let mut wanted = vec![s.rule.text.clone(), s.reads.clone()];
                    wanted.extend(s.conditions.iter().chain(&s.steps).flat_map(|s| [s.text.clone(), s.value.clone()]));
                    wanted.extend(
                        s.items.iter().flat_map(|i| std::iter::once(i.item.clone()).chain(i.steps.iter().map(|s| s.value.clone()))),
                    );
                    wanted.extend(s.rule.source.iter().map(|c| c.name.clone()));
                    for w in wanted {
                        assert!(text.contains(&report_plain(&w)), "text lacks {w:?}:\n{text}");
                        assert!(markdown.contains(&clean(&w)), "Markdown lacks {w:?}:\n{markdown}");
                        assert!(mermaid.iter().any(|l| l.contains(&clean_chart(&w))), "Mermaid lacks {w:?}");
                    }
                }
            }
            for c in &o.conflicts {
                assert!(markdown.contains(&clean(&c.reason)) && c.rules.iter().all(|r| markdown.contains(&clean(&r.text))), "{markdown}");
            }
        }
        let json = serde_json::to_string(&answer).unwrap();
        let back: Answer = serde_json::from_str(&json).unwrap();
        assert_eq!(json, serde_json::to_string(&back).unwrap());
    }
    assert_eq!(kinds, BTreeSet::from(["decided", "disputed", "error", "needs", "no_rule", "refer"]), "some kind of answer is not tried");
}

fn report_plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn clean_chart(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

// ---- Mermaid ----

/// Labels of a chart as they are read, after its grammar has been checked: what `mermaid.parse` of version 11 takes, and less.
fn labels(chart: &str) -> Vec<String> {
    let mut lines = chart.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    let mut nodes: BTreeMap<&str, String> = BTreeMap::new();
    let mut arrows: Vec<(&str, &str)> = Vec::new();
    let (mut classes, mut used): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
    for line in lines {
        let body = line.strip_prefix("  ").unwrap_or_else(|| panic!("{line}"));
        if let Some(class) = body.strip_prefix("classDef ") {
            classes.insert(class.split_once(' ').unwrap().0);
        } else if let Some((from, to)) = body.split_once(" --> ").or(body.split_once(" -.-> ")).filter(|_| !body.contains('"')) {
            arrows.push((from, to));
        } else {
            let (open, close) = if body.contains("([\"") { ("([\"", "\"])") } else { ("[\"", "\"]") };
            let (id, rest) = body.split_once(open).unwrap_or_else(|| panic!("{line}"));
            let (label, class) = rest.split_once(close).unwrap_or_else(|| panic!("{line}"));
            assert!(id.strip_prefix('n').is_some_and(|n| n.parse::<usize>().is_ok()), "{line}");
            assert!(nodes.insert(id, read(label)).is_none(), "{id} is drawn twice");
            if let Some(class) = class.strip_prefix(":::") {
                used.insert(class);
            } else {
                assert_eq!(class, "", "{line}");
            }
        }
    }
    assert!(used.is_subset(&classes), "{used:?}");
    for (from, to) in &arrows {
        assert!(nodes.contains_key(from) && nodes.contains_key(to) && from != to, "{from} --> {to}");
    }
    // A forest: every node but the decisions leads on to exactly one other.
    let left: BTreeSet<&str> = arrows.iter().map(|(from, _)| *from).collect();
    assert_eq!(left.len(), arrows.len(), "a node leads to two others");
    nodes.into_values().collect()
}

/// A label with its entities and line breaks read back; nothing else in it may mean anything to Mermaid.
fn read(label: &str) -> String {
    let signs = ['"', '<', '>', '`', '[', ']', '{', '}', ';'];
    let plain = label.replace("<br/>", "\n");
    let mut out = String::new();
    let mut rest = plain.as_str();
    while let Some((before, after)) = rest.split_once('#') {
        let (code, after) = after.split_once(';').unwrap_or_else(|| panic!("a bare # in {label}"));
        assert!(!before.contains(signs), "{label}");
        out.push_str(before);
        out.push(char::from_u32(code.parse().unwrap()).unwrap());
        rest = after;
    }
    assert!(!rest.contains(signs), "{label}");
    assert!(!label.contains("%%"), "{label}");
    for line in label.split("<br/>") {
        // A line like this would be read as a Markdown list, which charts do not show.
        let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
        assert!(!["- ", "* ", "+ "].iter().any(|l| line.starts_with(l)), "{label}");
        assert!(digits.len() == line.len() || !digits.starts_with(". "), "{label}");
    }
    out + rest
}

/// Signs of Mermaid, Markdown, HTML and terminals wherever an author can put a text.
fn hostile() -> Policies {
    from(
        "use odd\nvocabulary odd < enum kind < `end` | `a\"b` | `x --> y` > input which: kind input `100%; #35` : boolean decision d < a: text b: text c: text > >\n\
         source 网 \"\\\"quoted\\\" #1 <b>bold</b> & %% comment; `code` [x](y) {z} | ~ 1. one --> \u{1F600}\" < kind = web published = 2024 url = \"https://x.y/?a=1&b=<2>\" >\n\
         region `1. 甲` in 全国 < >\nregion 甲市 in `1. 甲` per 网 §\"end --> subgraph #quot; \\n- list\" <\n\
           d < a = \"x\\n- y \\\"q\\\" #9; <br/>\" hedged \"#\\\";\" note \"1. `n`\"\n\
               when which = `end`: b = \"a\"\n\
               when which = `x --> y` and `100%; #35`: b = \"click n0 href\"\n\
               c = refer \"市<局> \\\"12333\\\"\" > >\n",
    )
}

#[test]
fn charts_are_well_formed_whatever_authors_write() {
    let answer = explained(&hostile(), "甲市", "d", &[]);
    let all = labels(&report::mermaid(&[answer])).join("\n");
    for needed in ["\"quoted\" #1 <b>bold</b> & %% comment; `code`", "end --> subgraph #quot;", "x --> y", "ask 市<局> \"12333\""] {
        assert!(all.contains(needed), "{needed}: {all}");
    }
    let list = explained(&hostile(), "1. 甲", "d", &[]);
    assert_eq!(labels(&report::mermaid(&[list]))[0], "1. 甲: d");
    let whole: Vec<Answer> = answers();
    assert!(labels(&report::mermaid(&whole)).len() > 300);
}

// ---- Loops and what a world knows ----

const FAMILY: &str = r#"
use family
vocabulary family <
  enum kin < child | spouse | parent >
  record member < kind: kin   cost: money >
  input members: list of member
  input kind_of: kin
  input extra: money in ¥0..¥1000
  decision allowance (kin) < amount: money   gift: list of kin   big: boolean   given: money   asked: boolean >
>
source 办法 "办法" < kind = notice   published = 2024 >
region 甲市 in 全国 per 办法 <
  agency "12393"
  allowance <
    amount = ¥1000
    for each m in members where kind = child and cost > ¥100: amount += m.cost - ¥50
    for each m in members: < when m.cost > ¥300: amount += ¥1 >
    gift = []
    for each m in members: gift += [m.kind]
    big = (kind_of = child or extra > ¥500)
    for each m in members where kind = parent: given = cost + ¥5
    when kin != child: given = ¥7
    asked = refer
  >
>
"#;
const MEMBERS: &str =
    "members=[member (kind = child, cost = ¥200), member (kind = child, cost = ¥60), member (kind = parent, cost = ¥900)]";

#[test]
fn loops_are_explained_item_by_item() {
    let answer = explained(&from(FAMILY), "甲市", "allowance child", &[MEMBERS]);
    let amount = answer.outcomes.iter().find(|o| o.outcome == "amount").unwrap();
    insta::assert_snapshot!(report::outcome_text(amount, report::Paint::default()));
    // A long list is not explained to its end.
    let many: Vec<String> = (0..500).map(|i| format!("member (kind = child, cost = ¥{})", i + 200)).collect();
    let answer = explained(&from(FAMILY), "甲市", "allowance child", &[&format!("members=[{}]", many.join(", "))]);
    let amount = answer.outcomes.iter().find(|o| o.outcome == "amount").unwrap();
    let items = &amount.explanation[0].trace.statements[1].items;
    assert_eq!((items.len(), items.last().unwrap().item.as_str()), (21, "more"));
}

#[test]
fn what_a_world_knows_is_told() {
    let answer = explained(&from(FAMILY), "甲市", "allowance", &["members=[]"]);
    let of = |name: &str| {
        let o = answer.outcomes.iter().find(|o| o.outcome == name).unwrap();
        report::outcome_text(o, report::Paint::default())
    };
    let big = of("big");
    assert!(big.contains("`kind_of` comes to spouse or parent") && big.contains("`kind_of` comes to child"), "{big}");
    assert!(!big.contains("`kind_of` is not told"), "{big}");
    let given = of("given");
    assert!(given.contains("`kin` is spouse or parent") && given.contains("`kin` is child"), "{given}");
    assert!(of("asked").contains("allowance.asked in 甲市: ask 12393"), "{}", of("asked"));
    let open = explained(&SHIPPED, "西宁", "transfer resident->employee", &["possible=true"]);
    let text = report::answer_text(&open, report::Paint::default());
    assert!(text.contains("`move = cross_province` is open") && text.contains("`move` is not told"), "{text}");
}
