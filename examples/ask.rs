//! In: the policies of this repository, loaded once. Out: answers to questions of several people, asked from several threads. Never here: the command line.
//!
//! Run it with `cargo run --example ask`.

use polc::facts::Months;
use polc::{Date, Detail, Facts, Policies, report};
use std::error::Error;
use std::path::PathBuf;
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies");
    let policies = Policies::load(&[folder]);
    if policies.has_errors() {
        return Err("the policies have errors; `polc check` shows them".into());
    }

    // Names are looked up once; what comes back is cheap to copy and to share.
    let transfer = policies.decision("transfer resident->employee")?;
    let day = Date::new(2025, 5, 20).ok_or("no such day")?;
    let question = policies.question(policies.region("西宁")?, transfer, day);
    let waiting = policies.outcome(question.decision, "waiting").ok_or("there is no outcome `waiting`")?;

    // Answering needs no `mut`: any number of threads share the same policies. A fact that is not told stays open, it is never zero.
    let gap = |months| policies.facts("transfer").map(|f| f.set("gap", Months(months)));
    let people = [("Wang, 2 months", gap(2)?.build()?), ("Li, 5 months", gap(5)?.build()?), ("Zhang, who does not know", Facts::new())];
    let answers: Vec<String> = thread::scope(|scope| {
        let asked: Vec<_> = people
            .iter()
            .map(|(person, facts)| {
                let (policies, question) = (&policies, &question);
                scope.spawn(move || {
                    let answer = policies.answer_outcome(question, facts, waiting, Detail::default());
                    format!("{person}\n{}", report::outcome_text(&answer, report::Paint::default()))
                })
            })
            .collect();
        asked.into_iter().filter_map(|a| a.join().ok()).collect()
    });
    for answer in answers {
        println!("{answer}");
    }

    // The whole decision, by names, as JSON.
    let answer = policies.ask("西宁", "transfer resident->employee", &gap(2)?.build()?, day)?;
    let json = serde_json::to_string_pretty(&answer)?;
    println!("{} outcomes, {} lines of JSON", answer.outcomes.len(), json.lines().count());
    Ok(())
}
