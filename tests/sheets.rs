//! In: regions with statements of every form. Out: whether `polc show` and `polc compare` say all of it, once, rightly, and in columns. Never here: how questions are answered (`tests/semantics`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)]

mod support;

use polc::RegionId;
use polc::internals::{Stmt, StmtId};
use polc::report::Paint;
use polc::sheet::{self, Comparison, Said, Scope, Sheet};
use polc::{Date, Detail, Facts, Moment, Policies, Question, input};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;
use support::{Folder, polc};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const LAB: &str = r#"
use lab
vocabulary lab <
  enum colour 颜色 < red 红 "红色" / "red" | green 绿 | blue >
  record thing < kind: colour   weight: number >
  input age 年龄: years in 0..130 "多大年纪?" / "How old?"
  input member: boolean "是会员吗"
  input tint: colour   input seen: date or none   input pay: money in at least ¥0   input things: list of thing
  decision x 某事 (colour) "这件事" / "This matter" <
    fee 费用: money "要交的费用" / "Fee"
    free: boolean "免费" / "Free of charge"
    days: days   papers 材料: list of colour
    pick: colour "选哪个"
  >
  decision y < sum: money >
  never (x.free = true and x.fee > ¥0) "什么都不收,却又收费" / "Nothing is charged, and something is"
>
source law "条例 | 第一号" < kind = law   published = 2020-01-01   number = "国发1号"   url = "https://example.org/a|b" >
source law2 "law2" < kind = law   published = 2020-01-01 >
source web1 "page" < kind = web   published = 2021   note = "存档" >
source web2 "another page" < kind = web   published = 2022-03 >
source plan "plan" < kind = notice   published = 2030 >
region top < agency "热线" >
region mid 中 in top < >
region low 低 in mid < >
region near 近 in mid < >
"#;

const RULES: &str = r#"
region top per law §"总则" <
  x: final free = false #T1
  x: default days = 9 days #T2
  x per web1 <
    fee = ¥1   // a comment
      except when member: <
        fee = ¥2 hedged "一般" #E1
          except when age < 18 years: fee = ¥3 #E2
      >
    papers += [red] #T3
  >
  x red|green: when age >= 60 years: <
    when not member: days = 60 days note "老人" #T4
    pick = red refer #T5
  >
  y: sum = ¥1 + x(red).fee #T6
>
region mid per law2 <
  x red: days = 3 days #M1
  x: papers += [ // all of these
      green;
      blue
    ] hedged #M2
  x: let base = max(¥0,
                   pay - ¥10)   // what is left
  x: fee at most ¥100 #M3
  x green <
    table <
      age                | pay         | fee           | pick
      under 18 years     | -           | ¥5            | refer "窗口"
      18..59 years       | under ¥100  | base          | green   hedged "约" #R1
      otherwise          | -           | ¥7            | -
    > §"表一" #M4
  >
>
region low <
  x per web1: pick = blue #L1
  x per web2: pick = not blue #L2
  x blue per web2: fee = ¥4 from 2021 until 2030-06 #L3
  x blue per law: days = 4 days until 2020 by seen #L4
  x blue per law: days = 5 days from 2021 by seen #L5
  x per web2: free = true #L6
  x per plan: days = 1 day #L7
  y per law: sum = ¥1 + ¥1 from 2031 #L8
  y per law: for each t in things where t.weight > 2: sum += ¥10 #L9
>
"#;

fn lab(more: &str) -> Policies {
    let policies = Policies::from_text("lab.pol", &format!("{LAB}\n{more}"));
    let errors: Vec<_> = policies.diagnostics().iter().filter(|d| d.code.id.starts_with('E')).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    policies
}

fn day(text: &str) -> i64 {
    text.parse::<Date>().unwrap().days()
}

fn scope(on: &str) -> Scope {
    Scope { decision: None, moment: Moment { on: day(on), known: None } }
}

fn show(policies: &Policies, region: &str, scope: &Scope) -> Sheet {
    sheet::sheet(policies, policies.region(region).unwrap(), scope)
}

fn compare(policies: &Policies, regions: &[&str], scope: &Scope, facts: &Facts) -> Comparison {
    let regions: Vec<RegionId> = regions.iter().map(|r| policies.region(r).unwrap()).collect();
    sheet::compare(policies, &regions, scope, facts)
}

fn shipped() -> &'static Policies {
    static POLICIES: OnceLock<Policies> = OnceLock::new();
    POLICIES.get_or_init(|| {
        let policies = Policies::load(&[PathBuf::from("policies")]);
        assert!(!policies.has_errors());
        policies
    })
}

/// Every region with something to say, those above them, and one that only inherits.
fn speaking(policies: &Policies) -> Vec<RegionId> {
    let mut out: Vec<RegionId> = polc::internals::program(policies).statements.iter().map(|s| s.region).collect();
    out.push(policies.region("拉萨").unwrap());
    out.sort_unstable();
    out.dedup();
    out
}

// ---- Sheets ----

#[test]
fn a_sheet_for_people() {
    let policies = lab(RULES);
    insta::assert_snapshot!(sheet::text(&show(&policies, "低", &scope("2025-01-01")), 90, Paint::default()));
}

#[test]
fn a_sheet_in_markdown() {
    let policies = lab(RULES);
    insta::assert_snapshot!(sheet::markdown(&show(&policies, "low", &scope("2025-01-01"))));
}

#[test]
fn dates_heads_and_decisions_leave_out_the_rest() {
    let policies = lab(RULES);
    let ids = |scope: &Scope| {
        let page = show(&policies, "low", scope);
        let mut ids: Vec<String> = statements(&page).into_iter().flat_map(|s| ids_of(&policies, s)).collect();
        ids.sort();
        ids.dedup();
        ids.join(" ")
    };
    let all = "E1 E2 L1 L2 L3 L4 L5 L6 L7 L9 M1 M2 M3 M4 R1 T1 T2 T3 T4 T5 T6";
    assert_eq!(ids(&scope("2025-01-01")), all);
    assert_eq!(ids(&scope("2030-07-01")), all.replace("L3 ", ""), "no longer in force");
    assert_eq!(ids(&scope("2031-01-01")), all.replace("L3 ", "").replace("L7 ", "L7 L8 "), "in force by then");
    let known = Scope { moment: Moment { on: day("2025-01-01"), known: Some(day("2021-12-31")) }, ..scope("2025-01-01") };
    assert_eq!(ids(&known), all.replace("L2 L3 L4 L5 L6 L7 L9", "L1 L4 L5 L9").replace("L1 L1", "L1"), "not published by then");
    let about = |head: &str| Scope { decision: Some(policies.decision(head).unwrap()), ..scope("2025-01-01") };
    assert_eq!(ids(&about("y")), "L9 T6");
    assert_eq!(ids(&about("x blue")), "E1 E2 L1 L2 L3 L4 L5 L6 L7 M2 M3 T1 T2 T3", "nothing about other colours");
}

#[test]
fn what_becomes_of_statements() {
    let policies = lab(RULES);
    let page = show(&policies, "low", &scope("2025-01-01"));
    let mut fates = BTreeMap::new();
    for e in page.decisions.iter().flat_map(|d| &d.heads).flat_map(|h| &h.outcomes) {
        for (list, replaced) in [(&e.says, false), (&e.replaced, true)] {
            for s in list.iter().filter(|s| !s.ids.is_empty()) {
                fates.insert(s.ids[0].clone(), (replaced, s.fate.clone()));
            }
        }
    }
    assert!(!fates["L6"].0 && fates["L6"].1.beaten, "a final rule stands against it: {:?}", fates["L6"]);
    assert!(fates["T2"].0, "low always says something: {:?}", fates["T2"]);
    assert!(fates["M1"].0);
    assert!(fates["L1"].1.disputed.is_some() && fates["L2"].1.disputed.is_some(), "{fates:#?}");
}

#[test]
fn a_deeper_region_that_speaks_for_some_leaves_the_rest() {
    let policies = lab(r#"
region top per law < x: days = 1 day #A   x: fee = ¥1 #B   x: pick = red #C   x red: free = true #D >
region mid per law < x red|blue: days = 2 days   x: when member: fee = ¥2   x red: pick = red   x: free = false >
"#);
    let page = show(&policies, "low", &scope("2025-01-01"));
    let text = sheet::text(&page, 100, Paint::default());
    for line in [
        "• ¥1  [only where mid does not say otherwise]  #B",
        "• 1 day  [only for green: mid says otherwise for the others]  #A",
        "• red (红色)  [only for green|blue: mid says the same for the others]  #C",
        "replaces what top says: true #D (rule of law)",
    ] {
        assert!(text.contains(line), "`{line}` is missing in\n{text}");
    }
}

#[test]
fn who_may_get_another_answer_is_not_told_that_it_is_the_same() {
    let policies = lab("region top per law < x: free = (pay >= ¥2) #A >\nregion low per law < x: free = (pay >= ¥1) >");
    let text = sheet::text(&show(&policies, "low", &scope("2025-01-01")), 100, Paint::default());
    assert!(text.contains("replaces what top says: pay: at least ¥2") || text.contains("replaces what top says: (pay >= ¥2)"), "{text}");
}

/// All statements of a sheet, however often.
fn statements(page: &Sheet) -> Vec<StmtId> {
    fn one(s: &Said, out: &mut Vec<StmtId>) {
        out.extend(s.statement);
        s.exceptions.iter().for_each(|e| one(e, out));
    }
    let mut out = Vec::new();
    for head in page.decisions.iter().flat_map(|d| &d.heads) {
        head.outcomes.iter().flat_map(|e| e.says.iter().chain(&e.replaced)).for_each(|s| one(s, &mut out));
        out.extend(head.tables.iter().flat_map(|t| &t.rows).flat_map(|r| &r.statements));
    }
    out.sort_unstable();
    out
}

fn ids_of(policies: &Policies, s: StmtId) -> Vec<String> {
    polc::internals::program(policies).statement(s).ids.iter().map(ToString::to_string).collect()
}

/// Everything in force for a region, worked out from the program alone.
fn in_force(policies: &Policies, region: RegionId, moment: Moment) -> Vec<StmtId> {
    let p = polc::internals::program(policies);
    let chain = &p.symbols.region(region).chain;
    let holds = |s: &Stmt| {
        let dated = s.by.is_some() || (s.from.is_none_or(|f| f <= moment.on) && s.until.is_none_or(|u| u >= moment.on));
        let published = s.source.and_then(|x| p.symbols.source(x).known_from);
        dated && moment.known.is_none_or(|k| published.is_none_or(|d| d <= k))
    };
    let all = |s: StmtId| std::iter::successors(Some(s), |s| p.statement(*s).exception_of).all(|s| holds(p.statement(s)));
    let ids = (0..p.statements.len()).map(|i| StmtId(u32::try_from(i).unwrap()));
    ids.filter(|s| chain.contains(&p.statement(*s).region) && all(*s)).collect()
}

#[test]
fn every_statement_in_force_stands_on_the_sheet_once() {
    let own = lab(RULES);
    for (policies, regions) in
        [(shipped(), speaking(shipped())), (&own, (0..4).map(|i| own.region(["top", "mid", "low", "near"][i]).unwrap()).collect())]
    {
        for region in regions {
            for (on, known) in [("2019-06-01", None), ("2025-06-01", None), ("2026-06-01", Some("2025-05-16")), ("2031-01-01", None)] {
                let moment = Moment { on: day(on), known: known.map(day) };
                let page = sheet::sheet(policies, region, &Scope { decision: None, moment });
                assert_eq!(statements(&page), in_force(policies, region, moment), "{} on {on}", policies.region_name(region));
            }
        }
    }
}

#[test]
fn whatever_gives_an_answer_counts_on_the_sheet() {
    let policies = shipped();
    let p = polc::internals::program(policies);
    let mut pages: BTreeMap<(RegionId, i64, Option<i64>), Vec<StmtId>> = BTreeMap::new();
    let mut met = 0;
    for test in &p.tests {
        let moment = Moment { on: test.on.unwrap_or_else(|| day("2025-06-01")), known: test.known };
        let replaced = pages.entry((test.region, moment.on, moment.known)).or_insert_with(|| {
            let page = sheet::sheet(policies, test.region, &Scope { decision: None, moment });
            page.decisions
                .iter()
                .flat_map(|d| &d.heads)
                .flat_map(|h| &h.outcomes)
                .flat_map(|e| &e.replaced)
                .filter_map(|s| s.statement)
                .collect()
        });
        for case in &test.cases {
            let mut facts = Facts::new();
            case.inputs.iter().for_each(|(i, v)| facts.tell(*i, v.clone()));
            let question = Question { region: test.region, decision: case.decision, args: case.args.clone(), moment };
            for answer in policies.answer(&question, &facts, Detail::default()).outcomes {
                let gives = answer.alternatives.iter().filter(|a| a.failure.is_none()).flat_map(|a| &a.rules);
                for rule in gives {
                    met += 1;
                    let shadowed = replaced.iter().find(|s| Some(p.statement(**s).span) == rule.span);
                    assert!(
                        shadowed.is_none(),
                        "{}:{} answers `{}`, yet the sheet of {} calls it replaced",
                        rule.file,
                        rule.line,
                        test.name,
                        rule.region
                    );
                }
            }
        }
    }
    assert!(met > 100, "{met}");
}

// ---- Layout ----

/// The cells of a line of a Markdown table; escaped pipes separate nothing.
fn cells(line: &str) -> usize {
    line.replace("\\\\", "").replace("\\|", "").matches('|').count()
}

fn tables_are_whole(markdown: &str) {
    let mut columns = None;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            columns = None;
            continue;
        }
        assert!(line.ends_with('|'), "{line}");
        let found = cells(line);
        assert_eq!(*columns.get_or_insert(found), found, "{line}");
    }
}

#[test]
fn markdown_tables_have_as_many_cells_in_every_row() {
    let hostile = lab(r#"
source pipes "a | b" < kind = web   published = 2024   note = "c | d\\|" >
region low per pipes §"e | f\\" <
  x red|green: when member or age > 3 years: fee = ¥1 hedged "g | h" note "| --- |" #A
  x blue: days = refer "i | j"
>
region near per pipes < x red|blue: fee = ¥2 hedged "<b>|" >
"#);
    for region in ["low", "near"] {
        tables_are_whole(&sheet::markdown(&show(&hostile, region, &scope("2025-01-01"))));
    }
    tables_are_whole(&sheet::comparison_markdown(&compare(&hostile, &["low", "near"], &scope("2025-01-01"), &Facts::new()), false));
    for region in speaking(shipped()) {
        tables_are_whole(&sheet::markdown(&sheet::sheet(shipped(), region, &scope("2025-06-01"))));
    }
    tables_are_whole(&sheet::comparison_markdown(&compare(shipped(), &["西宁", "兰州"], &scope("2025-06-01"), &Facts::new()), false));
}

#[test]
fn no_line_is_wider_than_the_page_and_columns_are_straight() {
    let policies = shipped();
    let page = show(policies, "西宁", &scope("2025-06-01"));
    let both = compare(policies, &["西宁", "兰州", "陇南"], &scope("2025-06-01"), &Facts::new());
    for width in [60, 79, 80, 100, 121] {
        for line in sheet::text(&page, width, Paint::default()).lines() {
            // What cannot be broken may stand out; Chinese text breaks nearly everywhere.
            let wide = |c: char| c.is_whitespace() || c.width() == Some(2);
            let longest = line.split(wide).map(UnicodeWidthStr::width).max().unwrap_or(0);
            assert!(line.width() <= usize::from(width) || longest + 8 > usize::from(width), "{width}: {line}");
        }
        let text = sheet::comparison_text(&both, width, false, Paint::default());
        let mut table = None;
        for line in text.lines() {
            if !line.starts_with(['┌', '│', '╞', '└']) {
                table = None;
                continue;
            }
            // Where the columns part, in columns of the terminal.
            let parts: Vec<usize> = line.match_indices(['┆', '┬', '╪', '┴']).map(|(at, _)| line.get(..at).unwrap().width()).collect();
            let shape = (line.width(), parts);
            assert!(shape.0 <= usize::from(width), "{line}");
            assert_eq!(*table.get_or_insert(shape.clone()), shape, "{line}");
        }
    }
}

#[test]
fn chinese_text_fills_its_lines_and_begins_none_with_a_full_stop() {
    let note = "参保人应当在三个月内办理。".repeat(8);
    let policies = lab(&format!("region low per law < x: days = 1 day note \"{note}\" >"));
    let page = show(&policies, "low", &scope("2025-01-01"));
    for width in 40..60 {
        let text = sheet::text(&page, width, Paint::default());
        let lines: Vec<&str> = text.lines().skip_while(|l| !l.contains("remark:")).take_while(|l| !l.contains("rule of")).collect();
        assert_eq!(lines.iter().map(|l| l.trim().replace("remark: ", "")).collect::<String>(), note);
        for (i, line) in lines.iter().enumerate() {
            assert!(!line.trim_start().starts_with('。'), "{width}: {text}");
            assert!(i + 1 == lines.len() || line.width() + 4 > usize::from(width), "{width}: {text}");
        }
    }
}

#[test]
fn colours_change_no_word() {
    let policies = lab(RULES);
    let page = show(&policies, "low", &scope("2025-01-01"));
    let both = compare(&policies, &["low", "near"], &scope("2025-01-01"), &Facts::new());
    for (plain, coloured) in [
        (sheet::text(&page, 70, Paint::new(false)), sheet::text(&page, 70, Paint::new(true))),
        (sheet::comparison_text(&both, 90, false, Paint::new(false)), sheet::comparison_text(&both, 90, false, Paint::new(true))),
    ] {
        assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
        let mut parts = coloured.split('\u{1b}');
        let first = parts.next().unwrap().to_owned();
        assert_eq!(first + &parts.map(|p| p.split_once('m').unwrap().1).collect::<String>(), plain);
    }
}

// ---- Comparisons ----

#[test]
fn regions_side_by_side() {
    let policies = lab(RULES);
    let both = compare(&policies, &["low", "near", "top"], &scope("2025-01-01"), &Facts::new());
    insta::assert_snapshot!(sheet::comparison_text(&both, 110, false, Paint::default()));
    insta::assert_snapshot!(sheet::comparison_markdown(&both, true));
}

/// Of each row whether the regions differ: `outcome for:differs`.
fn differing(policies: &Policies, facts: &Facts) -> Vec<String> {
    let both = compare(policies, &["low", "near"], &scope("2025-01-01"), facts);
    let rows = both.decisions.iter().flat_map(|d| &d.rows);
    rows.map(|r| format!("{}{}", r.outcome.name, if r.differs { " ≠" } else { "" })).collect()
}

#[test]
fn regions_are_compared_by_what_they_mean() {
    let differ = |low: &str, near: &str| {
        let policies =
            lab(&format!("region mid per law < x: papers = [red] >\nregion low per web1 < {low} >\nregion near per web2 < {near} >"));
        differing(&policies, &Facts::new()).join(", ")
    };
    // The same said otherwise.
    assert_eq!(differ("", ""), "papers");
    assert_eq!(differ("x: days = 3 days", "x: days = 1 day + 2 days hedged"), "days, papers");
    assert_eq!(differ("x: pick = not red", "x: pick = any of [green, blue]"), "papers, pick ≠");
    assert_eq!(differ("x: when member: days = 3 days", "x: when member: days = 3 days #Z"), "days, papers");
    assert_eq!(
        differ(
            "x: table < age | fee\n under 3 years | ¥1\n at least 3 years | ¥2 >",
            "x: when age < 3 years: fee = ¥1   x: when age >= 3 years: fee = ¥2"
        ),
        "fee, papers"
    );
    assert_eq!(
        differ("x: fee = max(¥0, pay - ¥3)", "x: fee = max( ¥0, pay - ¥1 - ¥2 )"),
        "fee ≠, papers",
        "formulas are compared as they are built"
    );
    // Something else.
    assert_eq!(differ("x: days = 3 days", ""), "days ≠, papers");
    assert_eq!(differ("x: days = 3 days", "x: days = 4 days"), "days ≠, papers");
    assert_eq!(differ("x: when member: days = 3 days", "x: when not member: days = 3 days"), "days ≠, papers");
    assert_eq!(differ("x: days = 3 days", "x: when member: days = 3 days"), "days ≠, papers");
    assert_eq!(differ("x: days = 3 days", "x: days = 3 days refer \"窗口\""), "days ≠, papers");
    assert_eq!(differ("x: papers += [red]", ""), "papers", "it was there already");
    assert_eq!(differ("x: papers += [blue]", ""), "papers ≠");
    // A definition that only one of them has otherwise changes what both say in the same words.
    let by_name = lab("region mid per law < x < let base = 120   fee = pay * base > >\nregion low per law < x < let base = 100 > >");
    assert_eq!(differing(&by_name, &Facts::new()).join(", "), "fee, base ≠");
    // For some only: a row for those, and one for the others.
    assert_eq!(differ("x red: days = 3 days", "x: days = 3 days"), "days, days ≠, papers");
    assert_eq!(differ("x red: days = 3 days   x green: days = 4 days", "x red|green: days = 3 days"), "days, days ≠, papers");
}

#[test]
fn people_are_told_apart_by_conditions_too() {
    let policies = lab(r#"
region low per web1 < x: when colour = red: days = 3 days   x: fee = ¥3 >
region near per web2 < x: when colour = red: days = 4 days   x: fee = ¥3 >
"#);
    let both = compare(&policies, &["low", "near"], &scope("2025-01-01"), &Facts::new());
    let cells = |outcome: &str| {
        let rows = both.decisions[0].rows.iter().filter(|r| r.outcome.name == outcome);
        rows.map(|r| (r.arguments.join(" "), r.cells.iter().map(|c| c.text.join("; ")).collect::<Vec<_>>())).collect::<Vec<_>>()
    };
    assert_eq!(cells("days"), [("red".to_owned(), vec!["3 days".to_owned(), "4 days".to_owned()])]);
    assert_eq!(cells("fee"), [(String::new(), vec!["¥3".to_owned(), "¥3".to_owned()])]);
}

#[test]
fn what_is_final_is_never_replaced() {
    let policies =
        lab("region top per law < x: final days = 1..3 days #A   x: fee = ¥1 #B >\nregion low per law < x: days = 2 days   x: fee = ¥1 >");
    let text = sheet::text(&show(&policies, "low", &scope("2025-01-01")), 80, Paint::default());
    assert!(text.contains("• final 1..3 days") && text.contains("confirms what top says: ¥1 #B"), "{text}");
}

#[test]
fn for_a_person_the_cells_are_answers() {
    let policies = lab(r#"
region mid per law < x: when member: days = 3 days   x: when not member: days = 4 days >
region low per web1 < x: fee = pay * 2   x: pick = tint >
region near per web2 < x: fee = pay + ¥5   x: pick = red >
"#);
    assert_eq!(differing(&policies, &Facts::new()), ["fee ≠", "days", "pick ≠"]);
    let told = |settings: &[&str]| {
        let mut facts = Facts::new();
        let x = policies.decision("x").unwrap().0;
        settings.iter().for_each(|s| input::fact_from_setting(&policies, x, s, &mut facts).unwrap());
        facts
    };
    assert_eq!(differing(&policies, &told(&["pay=¥5", "member=true", "tint=red"])), ["fee", "days", "pick"]);
    let facts = told(&["pay=¥6", "tint=green"]);
    assert_eq!(differing(&policies, &facts), ["fee ≠", "days", "pick ≠"]);
    let both = compare(&policies, &["low", "near"], &scope("2025-01-01"), &facts);
    let rows = &both.decisions[0].rows;
    assert_eq!((rows[0].cells[0].text[0].as_str(), rows[0].cells[1].text[0].as_str()), ("¥12", "¥11"));
    assert_eq!(rows[1].cells[0].text, ["needs member"]);
}

// ---- The command line ----

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("policies/lab.pol", format!("{LAB}\n{RULES}"));
    folder
}

#[test]
fn show_on_the_command_line() {
    let folder = folder();
    let run = |args: &[&str]| polc(folder.path(), &[&["show"], args].concat());
    let human = run(&["低", "--on", "2025-01-01"]).ends(0).fine().out;
    assert!(human.starts_with("low (低) in mid in top: in force on 2025-01-01\n"), "{human}");
    assert!(run(&["low", "--on", "2025", "--format", "markdown"]).ends(0).out.starts_with("# low (低)\n"));
    let json = run(&["low", "--on", "2025", "--known-on", "2021", "--format", "json"]).ends(0).out;
    let page: Sheet = serde_json::from_str(&json).unwrap();
    assert_eq!((page.region.name.as_str(), page.on.as_str(), page.known.as_deref()), ("low", "2025-01-01", Some("2021-12-31")));
    assert_eq!(serde_json::to_string_pretty(&page).unwrap() + "\n", json);
    // A region that says nothing itself, and one about which nothing is said.
    assert!(run(&["near", "--on", "2025"]).ends(0).out.contains("↑ mid: rule of law2"));
    assert!(run(&["西宁", "--on", "2025"]).ends(0).out.contains("Nothing is said about it."));
    // Usage.
    run(&[]).ends(2).says(&["<REGION>"]);
    run(&["lwo"]).ends(2).says(&["E0909", "low"]);
    run(&["low", "--decision", "z"]).ends(2).says(&["E0910"]);
    run(&["low", "--on", "tomorrow"]).ends(2).says(&["--on"]);
    run(&["low", "policies"]).ends(2).says(&["<REGION> [-- <PATH>...]"]);
    run(&["policies"]).ends(2).says(&["E0909", "-- policies"]);
    run(&["low", "--", "nowhere"]).ends(2).says(&["nowhere"]);
    run(&["low", "--", "policies/lab.pol"]).ends(0);
    folder.write("broken.pol", "region 甲 <");
    run(&["low", "--", "broken.pol"]).ends(1).says(&["error["]);
}

#[test]
fn compare_on_the_command_line() {
    let folder = folder();
    let run = |args: &[&str]| polc(folder.path(), &[&["compare"], args].concat());
    let human = run(&["低", "near", "--on", "2025"]).fine().out;
    assert!(human.starts_with("low (低) | near (近) on 2025-01-01, for nobody in particular\n"), "{human}");
    let fewer = run(&["low", "near", "--on", "2025", "--differences"]).ends(0).out;
    assert!(fewer.lines().count() < human.lines().count() && fewer.contains('≠'));
    let json = run(&["low", "near", "--on", "2025", "--format", "json"]).ends(0).out;
    let all: Comparison = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string_pretty(&all).unwrap() + "\n", json);
    let some: Comparison =
        serde_json::from_str(&run(&["low", "near", "--on", "2025", "--differences", "--format", "json"]).ends(0).out).unwrap();
    let rows = |c: &Comparison| c.decisions.iter().flat_map(|d| d.rows.clone()).collect::<Vec<_>>();
    assert_eq!(rows(&some), rows(&all).into_iter().filter(|r| r.differs).collect::<Vec<_>>());
    let person = run(&["low", "near", "--on", "2025", "--decision", "x blue", "--set", "member=true", "--set", "age=soon"]);
    person.ends(2).says(&["age"]);
    let person = run(&["low", "near", "--on", "2025", "--decision", "x blue", "--set", "member=true", "--set", "age=10 years"]).ends(0).out;
    assert!(person.contains("answers for the person told about") && person.contains("¥4") && person.contains("¥3"), "{person}");
    // Usage.
    run(&["low"]).ends(2).says(&["REGION"]);
    run(&["low", "低"]).ends(2).says(&["named twice"]);
    run(&["low", "nowhere", "elsewhere"]).ends(2).says(&["nowhere", "elsewhere", "E0909"]);
    run(&["low", "near", "policies"]).ends(2).says(&["-- policies"]);
    run(&["low", "near", "--input", "-", "--", "-"]).ends(2).says(&["standard input"]);
    run(&["low", "near", "--", "policies"]).ends(0);
}
