//! In: nothing; makes its nation with `generate_nation.py` under `benches/data`. Out: what checking costs beside parsing alone, and what one warm answer costs. Never here: expectations.
//!
//! `cargo bench --bench nation` prints divan's table and then the ratios; see `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot run should fail loudly")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use polc::OutcomeId;
use polc::value::{Exact, Type, Value, calendar};
use polc::{Detail, Facts, Policies, Question};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The allocator of the program, so that the figures are the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sizes at which checking is measured, in regions.
const CHECKED: [usize; 3] = [300, 1_000, 3_000];
/// Sizes at which answering is measured; 0 stands for the policies shipped with polc.
const ASKED: [usize; 4] = [0, 10, 300, 3_000];
/// Runs of which the report takes the least.
const RUNS: usize = 5;

fn main() {
    divan::main();
    // `cargo test --benches` comes by too, and wants no report; nor does `-- --list` or a filter.
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.len() == 1 && args.first().is_some_and(|a| a == "--bench") {
        report();
    }
}

// ---- The nation ----

/// The folder of a nation with so many regions, written on first use.
fn folder(regions: usize) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if regions == 0 {
        return root.join("policies/regions");
    }
    let out = root.join(format!("benches/data/nation-{regions}"));
    let status = Command::new("python3")
        .arg(root.join("benches/generate_nation.py"))
        .args(["--if-needed", "--regions", &regions.to_string(), "--out"])
        .arg(&out)
        .status()
        .expect("python3 must be installed to make the nation");
    assert!(status.success(), "generate_nation.py failed");
    out
}

fn paths(regions: usize) -> Vec<PathBuf> {
    let mut paths = vec![folder(regions)];
    if regions == 0 {
        paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/sources"));
    }
    paths
}

/// All texts of a nation, to parse without reading.
fn texts(regions: usize) -> Vec<String> {
    let mut folders = paths(regions);
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "pol") {
                out.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    out
}

fn lines(texts: &[String]) -> usize {
    texts.iter().map(|t| t.lines().count()).sum()
}

/// What `polc check` does before it prints.
fn check_all(paths: &[PathBuf]) -> Policies {
    let policies = Policies::load(paths);
    assert!(!policies.has_errors() && policies.is_complete(), "the nation must check without errors");
    policies
}

/// Scanning, pest and the syntax tree of every file, one after the other.
fn parse_all(texts: &[String]) -> usize {
    texts.iter().map(|t| polc::internals::parse(polc::source::FileId(0), t).0.items.len()).sum()
}

#[divan::bench(args = CHECKED, sample_count = 5, sample_size = 1)]
fn check(bencher: Bencher, regions: usize) {
    let (paths, lines) = (paths(regions), lines(&texts(regions)));
    bencher.counter(ItemsCount::new(lines)).bench(|| check_all(black_box(&paths)));
}

#[divan::bench(args = CHECKED, sample_count = 5, sample_size = 1)]
fn check_on_one_thread(bencher: Bencher, regions: usize) {
    let (paths, lines) = (paths(regions), lines(&texts(regions)));
    let pool = one_thread();
    bencher.counter(ItemsCount::new(lines)).bench(|| pool.install(|| check_all(black_box(&paths))));
}

#[divan::bench(args = CHECKED, sample_count = 5, sample_size = 1)]
fn parse_alone_on_one_thread(bencher: Bencher, regions: usize) {
    let texts = texts(regions);
    bencher.counter(ItemsCount::new(lines(&texts))).bench(|| parse_all(black_box(&texts)));
}

/// The pieces of all texts, as the parser gets them.
fn pieces(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|t| polc::internals::pieces(t)).collect()
}

/// pest and nothing else: no scanning before, no tree of our own after.
fn pest_all(pieces: &[String]) -> usize {
    pieces.iter().map(|p| polc::internals::pest_only(p)).sum()
}

#[divan::bench(args = CHECKED, sample_count = 5, sample_size = 1)]
fn pest_alone_on_one_thread(bencher: Bencher, regions: usize) {
    let texts = texts(regions);
    let pieces = pieces(&texts);
    bencher.counter(ItemsCount::new(lines(&texts))).bench(|| pest_all(black_box(&pieces)));
}

fn one_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap()
}

// ---- Answering ----

/// Loaded policies with one person's question, ready to be asked again and again.
struct Desk {
    policies: Policies,
    /// `transfer resident->employee`, all outcomes.
    transfer: Question,
    /// One outcome of another decision, worked out through formulas where the nation has them.
    single: (Question, OutcomeId),
    /// Everything a question may ask.
    told: Facts,
}

/// Policies loaded so far: divan asks for them once per benchmark.
static DESKS: Mutex<Vec<(usize, Arc<Desk>)>> = Mutex::new(Vec::new());

fn desk(regions: usize) -> Arc<Desk> {
    let mut desks = DESKS.lock().unwrap();
    if let Some((_, desk)) = desks.iter().find(|(n, _)| *n == regions) {
        return Arc::clone(desk);
    }
    let desk = Arc::new(Desk::open(regions));
    desks.push((regions, Arc::clone(&desk)));
    desk
}

impl Desk {
    fn open(regions: usize) -> Desk {
        let policies = check_all(&paths(regions));
        let on = polc::Date::new(2025, 6, 1).unwrap();
        // One county that is the same in nations of every size, so that only the rest of the nation differs.
        let region = if regions == 0 { policies.region("西宁") } else { policies.region(&busiest_county()) }.unwrap();
        let transfer = policies.question(region, policies.decision("transfer resident->employee").unwrap(), on);
        let (head, outcome) = if regions == 0 { ("retire employee", "lifelong") } else { ("back_payment employee", "amount") };
        let decision = policies.decision(head).unwrap();
        let outcome = policies
            .outcomes(decision.0)
            .into_iter()
            .find(|o| polc::internals::program(&policies).symbols.outcome(*o).name == outcome)
            .unwrap();
        let single = (policies.question(region, decision, on), outcome);
        let mut told = Facts::new();
        for (i, input) in polc::internals::program(&policies).symbols.inputs.iter().enumerate() {
            let id = polc::value::InputId(u32::try_from(i).unwrap());
            if let Some(value) = fact(&policies, &input.name, &input.ty) {
                told.tell(id, value);
            }
        }
        Desk { policies, transfer, single, told }
    }

    fn ask(&self, facts: &Facts) -> usize {
        self.policies.answer(&self.transfer, facts, Detail::default()).outcomes.len()
    }

    fn ask_single(&self, facts: &Facts) -> usize {
        let (question, outcome) = &self.single;
        self.policies.answer_outcome(question, facts, *outcome, Detail::default()).alternatives.len()
    }
}

/// The county of the smallest nation with most to say.
fn busiest_county() -> String {
    let small = check_all(&paths(10));
    let symbols = &polc::internals::program(&small).symbols;
    let says = |decision: &str, region| {
        polc::internals::program(&small)
            .statements
            .iter()
            .filter(|s| s.region == region && symbols.decision(symbols.outcome(s.outcome).decision).name == decision)
            .count()
    };
    (0..symbols.regions.len())
        .map(|i| polc::RegionId(u32::try_from(i).unwrap()))
        .filter(|r| symbols.region(*r).chain.len() == 4)
        .max_by_key(|r| says("transfer", *r).min(8) + 8 * says("back_payment", *r).min(1))
        .map(|r| symbols.region(r).name.to_string())
        .unwrap()
}

/// Some fact of a type; a person who is 62 and moves across provinces with everything in order.
fn fact(policies: &Policies, name: &str, ty: &Type) -> Option<Value> {
    let day = |y, m, d| calendar::from_ymd(y, m, d).map(|x| Value::from(Exact::from(x)));
    Some(match (name, ty.base()) {
        ("retired_on", _) => day(2020, 6, 30)?,
        ("total", _) => Value::from(Exact::from(200)),
        (_, Type::Boolean) => Value::Bool(true),
        (_, Type::Enum(_)) => Value::variant(0),
        (_, Type::Date) => day(2025, 3, 1)?,
        (_, Type::Region) => Value::Region(policies.region("全国").ok()?),
        // Years are held in months, money in fen.
        (_, Type::Years) => Value::from(Exact::from(62 * 12)),
        (_, Type::Money | Type::MoneyPerMonth) => Value::from(Exact::from(650_000)),
        (_, Type::Months | Type::Count) => Value::from(Exact::from(2)),
        _ => return None,
    })
}

#[divan::bench(args = ASKED)]
fn ask_transfer_all_told(bencher: Bencher, regions: usize) {
    let desk = desk(regions);
    bencher.bench(|| desk.ask(black_box(&desk.told)));
}

#[divan::bench(args = ASKED)]
fn ask_transfer_nothing_told(bencher: Bencher, regions: usize) {
    let desk = desk(regions);
    let nothing = Facts::new();
    bencher.bench(|| desk.ask(black_box(&nothing)));
}

#[divan::bench(args = ASKED)]
fn ask_one_outcome_all_told(bencher: Bencher, regions: usize) {
    let desk = desk(regions);
    bencher.bench(|| desk.ask_single(black_box(&desk.told)));
}

#[divan::bench(args = ASKED)]
fn ask_one_outcome_nothing_told(bencher: Bencher, regions: usize) {
    let desk = desk(regions);
    let nothing = Facts::new();
    bencher.bench(|| desk.ask_single(black_box(&nothing)));
}

// ---- Ratios ----

/// What a run took: on the clock, and of the processor (all threads together).
#[derive(Clone, Copy)]
struct Cost {
    clock: Duration,
    processor: Duration,
}

/// Processor time of this process so far. Linux counts it in hundredths of a second; elsewhere the clock has to do.
fn processor(since: Instant) -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold spaces; what follows its bracket does not.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<u64>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => Duration::from_millis((user + system) * 10),
        _ => since.elapsed(),
    }
}

/// The medians of two things on the clock, measured in turn so that a busy machine disturbs both alike.
fn in_turn<A, B>(mut a: impl FnMut() -> A, mut b: impl FnMut() -> B) -> (Duration, Duration) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let out = black_box(a());
        first.push(start.elapsed());
        drop(out);
        let start = Instant::now();
        let out = black_box(b());
        second.push(start.elapsed());
        drop(out);
    }
    let median = |mut all: Vec<Duration>| {
        all.sort();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    (median(first), median(second))
}

/// The least of some runs, because a busy machine only adds; what they return is dropped outside the time.
fn least<T>(mut f: impl FnMut() -> T) -> Cost {
    let mut best = Cost { clock: Duration::MAX, processor: Duration::MAX };
    for _ in 0..RUNS {
        let start = Instant::now();
        let before = processor(start);
        let out = black_box(f());
        let (clock, after) = (start.elapsed(), processor(start));
        drop(out);
        best = Cost { clock: best.clock.min(clock), processor: best.processor.min(after.saturating_sub(before)) };
    }
    best
}

/// The mean of one call, over enough calls to take a while.
fn one_call(mut f: impl FnMut() -> usize) -> Duration {
    let calls = 200;
    least(|| (0..calls).map(|_| black_box(f())).sum::<usize>()).clock / calls
}

/// `a / b` with two decimals; exact numbers only, here too.
fn ratio(a: u128, b: u128) -> String {
    let hundredths = a * 100 / b.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn report() {
    println!(
        "\nChecking. `parse` is every file on one thread and nothing else; the ratio compares processor time, which a busy machine disturbs least.\n"
    );
    println!(
        "| regions | lines | check, clock ms | lines/s | check, processor ms | parse, processor ms | check : parse | processor ns a line | against the smallest |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut smallest = None;
    for regions in CHECKED {
        let (paths, texts) = (paths(regions), texts(regions));
        let lines = lines(&texts);
        let check = least(|| check_all(&paths));
        let parse = least(|| parse_all(&texts));
        let per_line = check.processor.as_nanos() / lines.max(1) as u128;
        let first = *smallest.get_or_insert(per_line);
        println!(
            "| {regions} | {lines} | {} | {} | {} | {} | {} | {per_line} | {} |",
            check.clock.as_millis(),
            lines as u128 * 1_000_000_000 / check.clock.as_nanos().max(1),
            check.processor.as_millis(),
            parse.processor.as_millis(),
            ratio(check.processor.as_nanos(), parse.processor.as_nanos()),
            ratio(per_line, first),
        );
    }
    println!("\nAll of checking on all threads beside pest alone on one, on the clock: medians of {RUNS} runs in turn.\n");
    println!("| regions | check ms | pest alone ms | check : pest alone |");
    println!("|---|---|---|---|");
    for regions in CHECKED {
        let (paths, pieces) = (paths(regions), pieces(&texts(regions)));
        let (check, pest) = in_turn(|| check_all(&paths), || pest_all(&pieces));
        println!("| {regions} | {} | {} | {} |", check.as_millis(), pest.as_millis(), ratio(check.as_nanos(), pest.as_nanos()));
    }
    println!("\nOne warm answer, in microseconds (one thread; the least mean of {RUNS} runs).\n");
    println!("| policies | transfer, all told | transfer, nothing told | one outcome, all told | one outcome, nothing told |");
    println!("|---|---|---|---|---|");
    for regions in ASKED {
        let desk = desk(regions);
        let nothing = Facts::new();
        let micros = |d: Duration| ratio(d.as_nanos(), 1_000);
        println!(
            "| {} | {} | {} | {} | {} |",
            if regions == 0 { "shipped, 西宁".to_string() } else { format!("{regions} regions, {}", desk.place()) },
            micros(one_call(|| desk.ask(&desk.told))),
            micros(one_call(|| desk.ask(&nothing))),
            micros(one_call(|| desk.ask_single(&desk.told))),
            micros(one_call(|| desk.ask_single(&nothing))),
        );
    }
}

impl Desk {
    fn place(&self) -> &str {
        self.policies.region_name(self.transfer.region)
    }
}
