//! In: policies of W3's kind with many regions, persons. Out: what loading, preparing, columns and single answers take. Never here: making the policies (`benches/curves.py`).

#[path = "../data.rs"]
#[allow(dead_code)]
mod data;

use cpu_time::{ProcessTime, ThreadTime};
use data::Persons;
use polc::plan::{Answers, Column, Lane, One, Rows, Slot, State, Wanted};
use polc::{Date, Policies};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, file, regions] = &arguments[..] else { panic!("scale POLICIES persons.bin REGIONS") };
    let count: usize = regions.parse().expect("a number of regions");
    let persons = Persons::read(file, None);
    let n = persons.len();

    let start = ProcessTime::now();
    let policies = Policies::load(&[PathBuf::from(folder)]);
    let load = start.elapsed();
    assert!(!policies.has_errors(), "{:?}", policies.diagnostics());
    let ids: Vec<_> = (0..count).map(|i| policies.region(&format!("R{i:05}")).expect("a region")).collect();
    let (decision, _) = policies.decision("transfer").expect("a decision");
    let outcomes: Vec<_> = ["pooled_balance", "personal_balance", "waiting", "credited"]
        .iter()
        .map(|o| policies.outcome(decision, o).expect("an outcome"))
        .collect();
    let start = ProcessTime::now();
    let prepared = policies.prepare(&ids, decision, &outcomes, Date::new(2026, 1, 1).expect("a day"));
    let prepare = start.elapsed();

    let region: Vec<i32> = (0..n).map(|i| ((i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as i32 % count as i32).collect();
    let gap = policies.input(decision, "gap").expect("an input");
    let columns: Vec<Option<Column<'_>>> = prepared
        .slots()
        .iter()
        .map(|s| {
            let lane = match s.slot {
                Slot::Arg(0) => Lane::U8(&persons.from),
                Slot::Arg(_) => Lane::U8(&persons.to),
                Slot::Input(i) if i == gap => Lane::I16(&persons.gap),
                Slot::Input(_) => Lane::I16(&persons.actual),
            };
            Some(Column { lane, told: None })
        })
        .collect();
    let rows = Rows { len: n, region: Lane::I32(&region), columns: &columns };
    let (mut scratch, mut answers) = (prepared.scratch(), Answers::default());
    let mut passes: Vec<u128> = (0..9)
        .map(|_| {
            let start = ThreadTime::now();
            prepared.run(&rows, Wanted::Values, &mut scratch, &mut answers);
            start.elapsed().as_nanos()
        })
        .collect();
    passes.sort_unstable();
    let asked = answers.outcomes.iter().flat_map(|g| &g.states).filter(|s| **s != State::Decided as u8).count();
    assert!(asked == 0, "{asked} values were not decided in columns");

    let mut one = vec![One::default(); outcomes.len()];
    let mut singles: Vec<u128> = (0..n.min(200_000))
        .map(|i| {
            let slots: Vec<Option<i64>> = columns.iter().map(|c| c.as_ref().and_then(|c| c.lane.get(i))).collect();
            let at = usize::try_from(region[i]).expect("a region");
            let start = Instant::now();
            prepared.ask(&mut scratch, at, &slots, Wanted::Values, &mut one);
            black_box(&one);
            start.elapsed().as_nanos()
        })
        .collect();
    singles.sort_unstable();
    println!(
        "{{\"regions\": {count}, \"rows\": {n}, \"load\": {}, \"prepare\": {}, \"pass\": {}, \"one\": {}}}",
        load.as_nanos(),
        prepare.as_nanos(),
        passes[passes.len() / 2],
        singles[singles.len() / 2]
    );
}
