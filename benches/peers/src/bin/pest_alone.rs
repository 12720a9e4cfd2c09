//! In: a folder of policies. Out: the processor time that pest alone needs to parse them, on one core. Never here: trees, names, checks.

use cpu_time::ThreadTime;
use pest::Parser;
use std::path::Path;

mod generated {
    #![allow(clippy::all)]
    #[derive(pest_derive::Parser)]
    #[grammar = "../../grammar/policy.pest"]
    pub struct PolicyParser;
}

fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|e| e == "pol") {
            found.push(std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let mut found = Vec::new();
    texts(Path::new(&folder), &mut found);
    let lines: usize = found.iter().map(|t| t.lines().count()).sum();
    let start = ThreadTime::now();
    for text in &found {
        // Pairs are made and thrown away: what any use of pest has to pay.
        let pairs = generated::PolicyParser::parse(generated::Rule::file, text).expect("a policy");
        std::hint::black_box(pairs.flatten().count());
    }
    println!("{lines} {}", start.elapsed().as_nanos());
}
