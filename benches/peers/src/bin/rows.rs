//! In: persons. Out: what hand-written Rust and polc need for them. Never here: other engines.

#[path = "../data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../plain.rs"]
mod plain;
#[path = "../polc.rs"]
mod polc;
#[path = "../serve.rs"]
mod serve;
#[path = "../tuned.rs"]
mod tuned;
#[path = "../words.rs"]
mod words;

use data::{Outputs, Person, Persons};
use serve::Engine;
use std::hint::black_box;

struct Plain;

impl Engine for Plain {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        plain::run(work, persons, out);
    }

    fn one(&mut self, work: usize, person: &Person) {
        match work {
            1 => drop(black_box(plain::retirement(black_box(person)))),
            2 => drop(black_box(plain::outpatient(black_box(person)))),
            _ => drop(black_box(plain::transfer(black_box(person)))),
        }
    }
}

struct Tuned;

impl Engine for Tuned {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        tuned::run(work, persons, out);
    }

    fn one(&mut self, work: usize, person: &Person) {
        Plain.one(work, person);
    }
}

fn main() {
    serve::serve(&[
        ("plain", || Box::new(Plain)),
        ("tuned", || Box::new(Tuned)),
        ("batch", || Box::new(polc::Batch::new())),
        ("single", || Box::new(polc::Single::new())),
        ("whole", || Box::new(polc::Whole::new())),
    ]);
}
