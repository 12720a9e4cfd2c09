//! In: bytes of a fuzzer. Out: the texts and questions they stand for. Never here: what must hold of them (`fuzz_targets`).

use polc::diagnostics::Diagnostic;
use polc::diagnostics::formats::{write_github, write_json, write_sarif};
use polc::diagnostics::render::Renderer;
use polc::eval::{Moment, Question};
use polc::input::FactReader;
use polc::internals::{bare, program};
use polc::{Date, Detail, Facts, Policies, RegionId};

/// A small vocabulary that policies of the fuzzer may speak of without spelling it out: `use lab`.
const LAB: &str = include_str!("../tests/semantics/vocab.pol");

/// The policies of one text, beside the small vocabulary if the text declares none.
pub fn policies(text: &str) -> Policies {
    let own = [("lab.pol", LAB), ("fuzz.pol", text)];
    bare(if text.contains("vocabulary ") { &own[1..] } else { &own })
}

/// The bytes as text. What is not UTF-8 is refused before parsing, so nothing is to be found there.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|t| t.len() <= 20_000)
}

/// A policy text with facts after it, separated by a line `%%`.
pub fn with_facts(text: &str) -> (&str, &str) {
    text.split_once("\n%%\n").unwrap_or((text, "{}"))
}

/// Questions asked of one text at most, so that a run stays short.
const QUESTIONS: usize = 12;

/// One input in eight, always the same ones.
pub fn chosen(bytes: &[u8]) -> bool {
    bytes.iter().fold(0u8, |sum, b| sum.wrapping_mul(31).wrapping_add(*b)) < 32
}

/// Draws what was found, and writes it in every format.
pub fn draw(policies: &Policies, found: &[Diagnostic]) {
    let map = policies.sources();
    let mut renderer = Renderer::new(map, Some(80), false);
    for d in found {
        renderer.render(d);
    }
    let mut out = Vec::new();
    write_json(&mut out, map, found, 2).unwrap();
    write_sarif(&mut out, map, found).unwrap();
    write_github(&mut out, map, found).unwrap();
    assert!(std::str::from_utf8(&out).is_ok());
}

/// Asks every decision in every region, explained; the same question has to give the same answer.
pub fn ask(policies: &Policies, json: &str) {
    let day = |y| Date::new(y, 6, 1).unwrap().days();
    let mut asked = 0;
    for region in (0..program(policies).symbols.regions.len()).map(|r| RegionId(r as u32)) {
        for (decision, args) in policies.decisions_of(region) {
            asked += 1;
            if asked > QUESTIONS {
                return;
            }
            let facts = FactReader::new(policies, &[decision]).json(json, "facts.json").unwrap_or_else(|_| Facts::new());
            for moment in [Moment { on: day(2025), known: None }, Moment { on: day(2023), known: Some(day(2021)) }] {
                let question = Question { region, decision, args: args.clone(), moment };
                let answer = || serde_json::to_string(&policies.answer(&question, &facts, Detail { explain: true })).unwrap();
                let first = answer();
                if chosen(json.as_bytes()) || asked == 1 {
                    assert_eq!(first, answer());
                }
            }
        }
    }
}
