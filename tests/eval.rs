//! In: small policies and questions. Out: the answers of `polc eval` and of the library, whole and byte for byte. Never here: how the language works (`docs/language.md` and `tests/semantics/`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot run should fail loudly")]

mod support;

use polc::value::{Exact, Value as Told, calendar};
use polc::{Detail, Facts, Policies};
use serde_json::Value;
use support::{Folder, Run, polc, polc_reading};

/// One of each status.
const STATUSES: &str = r#"
source 办法 "医保办法" < kind = notice   published = 2024-03   url = "https://example.org/办法" >
source 网页一 "转移指南" < kind = web   published = 2024-05-17 >
source 网页二 "转移问答" < kind = web >
region 甲省 in 全国 per 办法 <
  agency "12333"
  transfer resident->employee <
    pooled_balance = not cleared   §"余额" #P1
    waiting = 0 months #P2
  >
  retire employee <
    when sex = male: required = 30 years §"年限" #R1
    when sex = female: required = 25 years §"年限" #R2
    let missing = max(0 months, required - total)
    qualifies = (missing = 0 months) hedged "一般"
    lifelong = refer "省社保局"
  >
>
region 甲市 in 甲省 <
  transfer resident->employee <
    pooled_balance = transferred per 网页一 §"余额" #C1
    pooled_balance = retained per 网页二 #C2
    when gap > 3 months: waiting = 6 months per 办法 #C3 note "满三个月不算"
    credited = refer per 办法 #C4
    review = 10..15 working days per 网页一 hedged "通常" #C5
    when online: payout = 1 month per 办法
    when not online: payout = 2 months per 办法
  >
>
"#;

fn on_2025(folder: &Folder, more: &[&str]) -> Run {
    let mut args = vec!["eval", "--region", "甲市", "--on", "2025-01-01"];
    args.extend(more);
    polc(folder.path(), &args)
}

fn json(folder: &Folder, more: &[&str]) -> Value {
    let mut args = vec!["--format", "json"];
    args.extend(more);
    serde_json::from_str(&on_2025(folder, &args).ends(0).out).unwrap()
}

/// The outcome with this name in the first answer.
fn outcome<'a>(document: &'a Value, name: &str) -> &'a Value {
    let outcomes = document["answers"][0]["outcomes"].as_array().unwrap();
    outcomes.iter().find(|o| o["outcome"] == name).unwrap()
}

#[test]
fn every_status_for_people() {
    let folder = Folder::with(STATUSES);
    insta::assert_snapshot!(on_2025(&folder, &["--decision", "transfer resident->employee"]).ends(0).out);
}

#[test]
fn the_json_document() {
    let folder = Folder::with(STATUSES);
    let run = on_2025(&folder, &["--decision", "retire employee", "--set", "sex=male", "--format", "json", "--explain"]).ends(0);
    let digest = serde_json::from_str::<Value>(&run.out).unwrap()["policies"].as_str().unwrap().to_owned();
    // It changes with every word of the standard vocabulary.
    insta::assert_snapshot!(run.out.replace(&digest, "sha256:…"));
}

#[test]
fn the_digest_goes_by_the_texts_and_nothing_else() {
    let digest = |folder: &Folder| json(folder, &["--decision", "retire"])["policies"].as_str().unwrap().to_owned();
    let (one, two, more) = (Folder::new(), Folder::new(), Folder::with(STATUSES));
    one.write("a.pol", STATUSES);
    one.write("b.pol", "// another file\n");
    two.write("z/b.pol", STATUSES);
    two.write("a.pol", "// another file\n");
    more.write("b.pol", "// Another file\n");
    assert_eq!(digest(&one), digest(&two));
    assert_ne!(digest(&one), digest(&more));
    assert!(digest(&one).starts_with("sha256:") && digest(&one).len() == 71, "{}", digest(&one));
}

#[test]
fn explanations_for_people() {
    let folder = Folder::with(STATUSES);
    let args = ["--decision", "retire employee", "--set", "sex=male", "--set", "total=300 months", "--explain"];
    insta::assert_snapshot!(on_2025(&folder, &args).ends(0).out);
}

#[test]
fn markdown_and_mermaid() {
    let folder = Folder::with(STATUSES);
    let args = ["--decision", "retire employee", "--set", "sex=male", "--set", "total=300 months", "--explain"];
    let in_format = |format: &str| on_2025(&folder, &[&args[..], &["--format", format]].concat()).ends(0).out;
    insta::assert_snapshot!("markdown", in_format("markdown"));
    insta::assert_snapshot!("mermaid", in_format("mermaid"));
}

#[test]
fn the_status_of_each_outcome() {
    let folder = Folder::with(STATUSES);
    let transfer = json(&folder, &["--decision", "transfer resident->employee"]);
    for (name, status) in
        [("pooled_balance", "disputed"), ("waiting", "needs"), ("credited", "refer"), ("review", "decided"), ("payout", "needs")]
    {
        assert_eq!(outcome(&transfer, name)["status"], status, "{name}");
    }
    assert_eq!(outcome(&transfer, "waiting")["needs"][0]["input"], "gap");
    assert_eq!(outcome(&transfer, "credited")["refer"]["agency"], "12333");
    let told = json(&folder, &["--decision", "transfer resident->employee", "--set", "gap=3 months", "--set", "online=false"]);
    assert_eq!(outcome(&told, "waiting")["status"], "decided");
    assert_eq!(outcome(&told, "waiting")["alternatives"][0]["text"], "0 months");
    assert_eq!(outcome(&told, "payout")["alternatives"][0]["value"], serde_json::json!({"amount": 2, "unit": "months"}));
    let nothing = json(&folder, &["--decision", "seek_care resident"]);
    assert!(nothing["answers"][0]["outcomes"].as_array().unwrap().iter().all(|o| o["status"] == "no_rule"));
}

#[test]
fn every_decision_when_none_is_named() {
    let folder = Folder::with(STATUSES);
    let all = json(&folder, &[]);
    let decisions: Vec<&Value> = all["answers"].as_array().unwrap().iter().map(|a| &a["decision"]).collect();
    assert_eq!(decisions, ["transfer resident->employee", "retire employee"]);
    assert_eq!(
        (&all["region"], &all["on"], &all["known"], &all["version"]),
        (&"甲市".into(), &"2025-01-01".into(), &Value::Null, &1.into())
    );
    let text = on_2025(&folder, &[]).ends(0).out;
    assert!(text.starts_with("甲市: transfer resident->employee on 2025-01-01\n"), "{text}");
    let silent = polc(folder.path(), &["eval", "--region", "北京", "--on", "2025"]).ends(0);
    assert_eq!(silent.out, "no policy says anything about 北京 or the regions above it\n");
}

#[test]
fn dates() {
    let folder = Folder::with(STATUSES);
    let asked = |args: &[&str]| -> Value {
        let all = [&["eval", "--region", "甲市", "--decision", "transfer resident->employee", "--format", "json"], args].concat();
        serde_json::from_str(&polc(folder.path(), &all).ends(0).out).unwrap()
    };
    let document = asked(&["--on", "2025", "--known-on", "2024-05"]);
    assert_eq!((&document["on"], &document["known"]), (&"2025-01-01".into(), &"2024-05-31".into()));
    // The first web page was published on the 17th; an undated one is always known.
    let known = asked(&["--on", "2025-02", "--known-on", "2024-05-16"]);
    assert_eq!(known["on"], "2025-02-01");
    assert_eq!(outcome(&known, "pooled_balance")["alternatives"][0]["text"], "retained");
    assert_eq!(outcome(&known, "review")["status"], "no_rule");
    // Not said: today, and the answer says which day that was.
    assert_eq!(asked(&[])["on"].as_str().unwrap().len(), "2025-01-01".len());
    for impossible in ["2025-02-30", "2025-13", "0000-01-01", "25-01-01", "tomorrow", "", "2025-1-1", "99999"] {
        for option in ["--on", "--known-on"] {
            let run = polc(folder.path(), &["eval", "--region", "甲市", option, impossible]).ends(2).says(&[option, "2025-01-31"]);
            assert!(run.out.is_empty());
        }
    }
}

#[test]
fn questions_that_cannot_be_put() {
    let folder = Folder::with(STATUSES);
    let transfer = "transfer resident->employee";
    let wrong: [(&[&str], &[&str]); 8] = [
        (&["--region", "甲是"], &["E0909", "`甲市`"]),
        (&["--region", "甲市", "--decision", "tranfer resident->employee"], &["E0910", "`transfer`"]),
        (&["--region", "甲市", "--decision", "transfer resident"], &["E0910", "2 arguments"]),
        (&["--region", "甲市", "--decision", "transfer resident->emploee"], &["E0910", "`employee`"]),
        (&["--region", "甲市", "--decision", "transfer resident|flexible->employee"], &["E0910", "one value"]),
        (&["--region", "甲市", "--decision", "transfer resident->employee <"], &["E0101"]),
        (&["--region", "甲市", "--decision", transfer, "--set", "gapp=2 months"], &["E0901", "`gap`"]),
        (&["--region", "甲市", "--decision", transfer, "--input", "missing.json"], &["missing.json"]),
    ];
    for (args, says) in wrong {
        let run = polc(folder.path(), &[&["eval", "--on", "2025"], args].concat()).ends(2).says(says);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    polc(folder.path(), &["eval"]).ends(2).says(&["--region"]);
    polc(folder.path(), &["eval", "-", "--region", "甲市", "--input", "-"]).ends(2).says(&["standard input"]);
}

#[test]
fn facts_from_a_file_and_from_standard_input() {
    let folder = Folder::with(STATUSES);
    let facts = r#"{"gap": "5 months", "online": true}"#;
    let file = folder.write("person.json", facts);
    let args = ["eval", "--region", "甲市", "--on", "2025", "--decision", "transfer resident->employee", "--format", "json", "--input"];
    let from_file = polc(folder.path(), &[&args[..], &[file.to_str().unwrap()]].concat()).ends(0).out;
    let from_stdin = polc_reading(folder.path(), &[&args[..], &["-"]].concat(), facts.as_bytes()).ends(0).out;
    assert_eq!(from_file, from_stdin);
    let document: Value = serde_json::from_str(&from_file).unwrap();
    assert_eq!(outcome(&document, "waiting")["alternatives"][0]["text"], "6 months");
    // Everything wrong is said at once, and a setting cannot contradict the file.
    let wrong = polc_reading(folder.path(), &[&args[..], &["-"]].concat(), br#"{"gap": -1, "onlin": true}"#).ends(2);
    assert!(wrong.err.contains("E0901") && wrong.out.is_empty(), "{}", wrong.err);
    let twice = [&args[..], &["person.json", "--set", "gap=2 months"]].concat();
    polc(folder.path(), &twice).ends(2).says(&["E0904"]);
}

#[test]
fn no_answer_from_policies_with_errors() {
    let folder = Folder::with(STATUSES.replace("review = ", "reviev = "));
    // What machines read stays empty in every format; what is wrong goes to people, and the exit code says it.
    for format in ["human", "json", "markdown", "mermaid"] {
        let run = on_2025(&folder, &["--format", format]).ends(1).says(&["E0205", "`review`", "1 error"]);
        assert!(run.out.is_empty(), "{format}: {}", run.out);
    }
    for args in [
        &["test", "--format", "json"][..],
        &["test", "--format", "junit"],
        &["test", "--coverage", "--coverage-format", "json"],
        &["inputs", "--format", "json"],
        &["inputs", "--format", "schema"],
        &["disputes", "--format", "json"],
    ] {
        let run = polc(folder.path(), args).ends(1).says(&["E0205", "`review`", "1 error"]);
        assert!(run.out.is_empty(), "{args:?}: {}", run.out);
    }
    let unreadable = polc(folder.path(), &["eval", "nothing.pol", "--region", "甲市"]).ends(2).says(&["nothing.pol"]);
    assert!(unreadable.out.is_empty());
}

/// What goes wrong only with a person's facts: the code, the policy, the decision, the facts.
const FAULTS: &[(&str, &str, &str, &[&str])] = &[
    (
        "E0801",
        "retire employee: qualifies = (cost * 1_000_000_000_000 * 1_000_000_000_000 * 1_000_000_000_000 > ¥1)",
        "retire employee",
        &["cost=¥100000000"],
    ),
    ("E0802", "retire employee: qualifies = (cost / total > ¥1/month)", "retire employee", &["cost=¥100", "total=0 months"]),
    (
        "E0803",
        "retire employee < when sex = female: required = 25 years #A   when retired_abroad: required = 20 years #B >",
        "retire employee",
        &["sex=female", "retired_abroad=true"],
    ),
    (
        "E0804",
        "contribute employee < base = wage   base at least ¥4000/month   when sex = female: base at most ¥3000/month >",
        "contribute employee",
        &["wage=¥3500/month", "sex=female"],
    ),
    (
        "E0806",
        "coverage resident->employee: pay_by = stopped_on + total / 2",
        "coverage resident->employee",
        &["stopped_on=2025-01-10", "total=3 months"],
    ),
    ("E0807", "retire employee: required = retire(employee).required at destination", "retire employee", &["destination=甲市"]),
    (
        "E0810",
        "coverage resident->employee: pay_by = stopped_on + total * 100",
        "coverage resident->employee",
        &["stopped_on=2025-01-10", "total=1200 months"],
    ),
];

#[test]
fn faults_are_shown_with_their_place() {
    for (code, policy, decision, facts) in FAULTS {
        let folder = Folder::with(format!(
            "source 办法 \"医保办法\" < kind = notice   published = 2024 >\nregion 甲市 in 全国 per 办法 <\n  {}\n>\n",
            policy.replace("   when", "\n  when")
        ));
        let mut args = vec!["--decision", decision];
        args.extend(facts.iter().flat_map(|f| ["--set", f]));
        let human = on_2025(&folder, &args).ends(1).says(&[code, "x.pol:"]);
        assert!(human.out.contains(code) && human.out.contains("error"), "{}", human.out);
        args.extend(["--format", "json", "--explain"]);
        let machine = on_2025(&folder, &args).ends(1).says(&[code]);
        let document: Value = serde_json::from_str(&machine.out).unwrap();
        let failed = document["answers"][0]["outcomes"].as_array().unwrap().iter().find(|o| o["status"] == "error").unwrap();
        assert_eq!(failed["alternatives"][0]["failure"]["code"], *code);
        assert_eq!(on_2025(&folder, &args).out, machine.out);
    }
}

#[test]
fn the_other_rule_of_a_contradiction_is_shown_too() {
    let (_, policy, decision, facts) = FAULTS[2];
    let folder = Folder::with(format!("region 甲市 in 全国 <\n  {}\n>\n", policy.replace("   when", "\n  when")));
    let mut args = vec!["--decision", decision];
    args.extend(facts.iter().flat_map(|f| ["--set", f]));
    on_2025(&folder, &args).ends(1).says(&["x.pol:", "20 years #B", "甲市 says this"]);
}

/// Without lines, files, the digest of the texts and the order in which statements stand.
fn without_places(v: &Value) -> Value {
    match v {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(k, _)| !matches!(k.as_str(), "line" | "file" | "at" | "policies"))
                .map(|(k, v)| (k.clone(), without_places(v)))
                .collect(),
        ),
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(without_places).collect();
            list.sort_by_key(Value::to_string);
            Value::Array(list)
        }
        other => other.clone(),
    }
}

#[test]
fn the_order_of_statements_and_files_changes_nothing() {
    let regions: Vec<&str> = STATUSES.split_inclusive("\n>\n").collect();
    let ordered = Folder::new();
    let reversed = Folder::new();
    for (i, region) in regions.iter().enumerate() {
        ordered.write(&format!("{i}.pol"), region);
        let mut lines: Vec<&str> = region.lines().collect();
        // Statements of the innermost blocks, backwards.
        let mut from = 0;
        for at in 0..lines.len() {
            let is_statement = lines[at].starts_with("    ");
            if !is_statement {
                lines[from..at].reverse();
                from = at + 1;
            }
        }
        reversed.write(&format!("{}.pol", 9 - i), lines.join("\n"));
    }
    let args = ["--set", "sex=male", "--explain"];
    let (a, b) = (json(&ordered, &args), json(&reversed, &args));
    assert_ne!(a, b, "the lines differ");
    assert_eq!(without_places(&a), without_places(&b));
}

#[test]
fn the_same_bytes_every_time() {
    let folder = Folder::with(STATUSES);
    for format in ["human", "json", "markdown", "mermaid"] {
        let first = on_2025(&folder, &["--format", format, "--explain"]).ends(0).out;
        for _ in 0..4 {
            assert_eq!(on_2025(&folder, &["--format", format, "--explain"]).ends(0).out, first);
        }
    }
}

#[test]
fn colours_only_where_wanted() {
    let folder = Folder::with(STATUSES);
    let plain = on_2025(&folder, &[]).ends(0).out;
    assert!(!plain.contains('\u{1b}'));
    let coloured = on_2025(&folder, &["--color", "always"]).ends(0).out;
    assert!(coloured.contains("\u{1b}[35mdisputed\u{1b}[0m"), "{coloured}");
    assert!(!on_2025(&folder, &["--color", "always", "--format", "json"]).ends(0).out.contains('\u{1b}'));
}

#[test]
fn nothing_told_can_steer_the_terminal() {
    let folder = Folder::with(STATUSES);
    let args = ["eval", "--region", "甲市\u{1b}[2J", "--on", "2025"];
    assert!(!polc(folder.path(), &args).ends(2).err.contains('\u{1b}'));
    assert!(!polc(folder.path(), &["eval", "--region", "甲市", "--on", "\u{1b}[2J"]).ends(2).err.contains('\u{1b}'));
}

#[test]
fn many_threads_share_the_same_policies() {
    let policies = Policies::from_text("x.pol", STATUSES);
    assert!(!policies.has_errors());
    let region = policies.region("甲市").unwrap();
    let head = policies.decision("转移 居民医保->职工医保").unwrap();
    let gap = policies.input(head.0, "断缴").unwrap();
    let question = policies.question(region, head, calendar::from_ymd(2025, 1, 1).unwrap());
    let ask = |months: i128| {
        let mut facts = Facts::new();
        facts.tell(gap, Told::from(Exact::from_int(months)));
        policies.ask(&question, &facts, Detail { explain: true })
    };
    let expected: Vec<_> = (0..8).map(ask).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!((0..8).map(ask).collect::<Vec<_>>(), expected));
        }
    });
    let json = serde_json::to_string(&expected).unwrap();
    let back: Vec<polc::Answer> = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

#[test]
fn circumstances_name_only_what_makes_a_difference() {
    let policies = Policies::from_text(
        "x.pol",
        "use lab\nvocabulary lab < enum c < red | green | blue >   input a: boolean   input b: boolean   input n: count in 0..100   input c: c   decision d < x: count   y: count   z: count > >\n\
         source s \"s\" < kind = law   published = 2020 >\n\
         region r per s < d <\n\
        \n\
           when a: x = 1\n\
           when not a and b: x = 1\n\
           when not a and not b: x = 2\n\
        \n\
           when n < 10: y = 1\n\
           when n in 10..20: y = 1\n\
           when n > 20 and n < 50: y = 2\n\
           when n >= 50: y = 1\n\
        \n\
           when c = red and a: z = 1\n\
           when c = green and a: z = 1\n\
           when c = blue and a: z = 1\n\
           when not a: z = (if b then 2 else 1)\n\
         > >",
    );
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics);
    let question = policies.question(policies.region("r").unwrap(), policies.decision("d").unwrap(), 20_000);
    let answer = policies.ask(&question, &Facts::new(), Detail::default());
    let when: Vec<String> = answer
        .outcomes
        .iter()
        .flat_map(|o| {
            o.alternatives
                .iter()
                .map(|a| format!("{} {}: {}", o.outcome, a.text, a.when.iter().map(|w| w.join(" and ")).collect::<Vec<_>>().join("; ")))
        })
        .collect();
    assert_eq!(
        when,
        [
            "x 1: a; not a and b",
            "x 2: not a and not b",
            "y 1: n is at most 20; n is at least 50",
            "y 2: n is 21..49",
            "z 1: a; not a and not b",
            "z 2: not a and b",
        ]
    );
}
