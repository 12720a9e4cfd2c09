//! In: engines, and commands on standard input. Out: checksums and processor times on standard output, a line each. Never here: an engine.
//!
//! `benches/compare.py` speaks to every program, this one and the Python one, in the same way:
//!
//!     check ENGINE WORK       -> the line of SPEC.md
//!     pass  ENGINE WORK       -> processor nanoseconds for all rows
//!     one   ENGINE WORK       -> nanoseconds of one warm evaluation: the median over 20,000 persons, each timed apart
//!     json  ENGINE WORK       -> the same, from a JSON text to a JSON text

use crate::data::{Outputs, Person, Persons};
use cpu_time::ThreadTime;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::time::Instant;

/// Something that can work out the three policies.
pub trait Engine {
    /// One of the three for everybody.
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs);

    /// Copies what the last pass gave, if the engine keeps it in columns of its own; not timed.
    fn finish(&self, work: usize, out: &mut Outputs) {
        let _ = (work, out);
    }

    /// One of the three for one person; the result is thrown away.
    fn one(&mut self, work: usize, person: &Person);

    /// The same from the text of one person to the text of the answer; `None` if the engine is not measured so.
    fn json(&mut self, work: usize, person: &str) -> Option<String> {
        let _ = (work, person);
        None
    }

    /// A person as this engine's JSON.
    fn person(&self, work: usize, person: &Person) -> String {
        let _ = (work, person);
        String::new()
    }
}

/// An engine by name, made when it is first asked for.
pub type Make = fn() -> Box<dyn Engine>;

/// Answers commands until standard input ends. Arguments: the file of persons, and how many of them.
pub fn serve(makers: &[(&str, Make)]) {
    let arguments: Vec<String> = std::env::args().collect();
    let rows = arguments.get(2).map(|n| n.parse().expect("a number of rows"));
    let persons = Persons::read(arguments.get(1).expect("persons.bin"), rows);
    let mut out = Outputs::new(persons.len());
    let mut engines: BTreeMap<String, Box<dyn Engine>> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [what, name, work] = words[..] else { panic!("not a command: {line}") };
        let work: usize = work.parse().expect("1, 2 or 3");
        let engine = engines.entry(name.to_string()).or_insert_with(|| {
            let (_, make) = makers.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no engine {name}"));
            make()
        });
        match what {
            "check" => {
                out = Outputs::new(persons.len());
                engine.pass(work, &persons, &mut out);
                engine.finish(work, &mut out);
                println!("{}", out.checksum(work));
            }
            "pass" => {
                let start = ThreadTime::now();
                engine.pass(work, &persons, &mut out);
                println!("{}", start.elapsed().as_nanos());
            }
            "one" => println!(
                "{}",
                median(persons.len(), |i| {
                    let person = persons.row(i);
                    let start = Instant::now();
                    engine.one(work, &person);
                    start.elapsed().as_nanos()
                })
            ),
            "json" => println!(
                "{}",
                median(persons.len(), |i| {
                    let text = engine.person(work, &persons.row(i));
                    let start = Instant::now();
                    std::hint::black_box(engine.json(work, &text));
                    start.elapsed().as_nanos()
                })
            ),
            _ => panic!("not a command: {line}"),
        }
    }
}

fn median(persons: usize, mut time: impl FnMut(usize) -> u128) -> f64 {
    // What reading the clock twice costs is taken off: it is as long as a fast evaluation.
    let empty = middle((0..10_000).map(|_| {
        let start = Instant::now();
        start.elapsed().as_nanos()
    }));
    let found = middle((0..20_000).map(|i| time(i % persons)));
    (found - empty).max(0.0)
}

fn middle(times: impl Iterator<Item = u128>) -> f64 {
    let mut times: Vec<u128> = times.collect();
    times.sort_unstable();
    times[times.len() / 2] as f64
}
