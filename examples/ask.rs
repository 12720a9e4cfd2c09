//! In: the policies of this repository, loaded once. Out: answers to questions of several people, asked from several threads. Never here: the command line.
//!
//! Run it with `cargo run --example ask`.

use polc::value::{Exact, InputId, Value};
use polc::{Detail, Facts, Policies, report};
use std::path::PathBuf;
use std::thread;

fn main() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies");
    let policies = Policies::load(&[folder]);
    if policies.has_errors() {
        eprintln!("the policies have errors; `polc check` shows them");
        return;
    }
    if let Err(problem) = ask(&policies) {
        eprintln!("{problem}");
    }
}

/// One question about one person, for each of three people.
fn ask(policies: &Policies) -> Result<(), String> {
    // Names are looked up once; what comes back is cheap to copy and to share.
    let refused = |found: polc::policies::Refused| found.into_iter().map(|d| d.message).collect::<Vec<_>>().join("; ");
    let region = policies.region("西宁").map_err(refused)?;
    let (decision, args) = policies.decision("transfer resident->employee").map_err(refused)?;
    let gap = policies.input(decision, "gap").ok_or("there is no input `gap`")?;
    let on = polc::value::calendar::from_ymd(2025, 5, 20).ok_or("no such day")?;
    let question = policies.question(region, (decision, args), on);
    let outcome = policies.program.symbols.decision(decision).by_name.get("waiting").copied().ok_or("there is no outcome `waiting`")?;

    // Answering needs no `mut`: any number of threads share the same policies.
    let people = [("Wang, 2 months", Some(2)), ("Li, 5 months", Some(5)), ("Zhang, who does not know", None)];
    let answers: Vec<String> = thread::scope(|scope| {
        let asked: Vec<_> = people
            .into_iter()
            .map(|(person, months)| {
                let question = &question;
                scope.spawn(move || {
                    let facts = facts(gap, months);
                    let answer = policies.ask_outcome(question, &facts, outcome, Detail::default());
                    format!("{person}\n{}", report::outcome_text(&answer, report::Paint::default()))
                })
            })
            .collect();
        asked.into_iter().filter_map(|a| a.join().ok()).collect()
    });
    for answer in answers {
        println!("{answer}");
    }

    // The whole decision, as JSON.
    let answer = policies.ask(&question, &facts(gap, Some(2)), Detail { explain: true });
    let json = serde_json::to_string_pretty(&answer).map_err(|e| e.to_string())?;
    println!("{} outcomes, {} lines of JSON", answer.outcomes.len(), json.lines().count());
    Ok(())
}

/// What is told; a fact that is not told stays open, it is never zero.
fn facts(gap: InputId, months: Option<i64>) -> Facts {
    let mut facts = Facts::new();
    if let Some(months) = months {
        facts.tell(gap, Value::from(Exact::from_int(months.into())));
    }
    facts
}
