//! In: policies with test blocks. Out: for each test whether what it expects came out, and if not, what did and why. Never here: printing (`testing/` formats it, `cli/` prints it), evaluating.
//!
//! A test without `on` holds on every date: it can be asked only where nothing that it may use is in force for a time. Otherwise it
//! fails and says so, since an answer that depends on the day the test is run would be right today and wrong tomorrow.

mod compare;
mod coverage;
pub(crate) mod coverage_text;
pub(crate) mod formats;
mod lcov;
mod suggest;
mod text;

pub use coverage::{Boundary, Count, Counts, Coverage, Item, Kind, Part, Sides, Stand, State, Threshold};
pub use coverage_text::{json as coverage_json, summary as coverage_summary, text as coverage_text};
pub use formats::{json, junit};
pub use lcov::lcov;
pub use suggest::{Suggestions, suggest};
pub use text::{failure as failure_text, result_line, summary as summary_text};

use crate::eval::{Facts, Moment, OutcomeAnswer, Question, Seen};
use crate::policies::{Detail, Policies, date};
use crate::program::{Case, Expect, Node, OutcomeId, Program, Test};
use crate::source::Span;
use crate::value::{Names, RegionId, show, show_name};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The day undated tests are asked on; any other would do, since nothing they use depends on it.
const ANY_DAY: i64 = 10_957;
/// The day suggested tests are asked on where nothing is dated (2025-01-01): written into them, so that they stay true.
const SUGGESTED_DAY: i64 = 20_089;

/// Which tests to run.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only tests whose name has this text in it.
    pub text: Option<String>,
    /// Only tests in this region or one inside it.
    pub region: Option<RegionId>,
}

/// How all tests came out, in the order of the files.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// A digest of the policies tested, `sha256:…`.
    pub policies: String,
    /// Every test that was run.
    pub tests: Vec<TestResult>,
    /// Tests there are, whether they were run or not.
    pub found: usize,
}

/// How one test came out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The date it asks for.
    pub on: Option<String>,
    /// What had been published by then.
    pub known: Option<String>,
    /// Where it stands.
    pub at: Place,
    /// Everything it expects came out.
    pub passed: bool,
    /// Why it could not be asked at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Expectations that were looked at.
    pub checks: usize,
    /// Those that did not come out.
    pub failures: Vec<Failed>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// An expectation that did not come out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failed {
    /// The question: a decision with its arguments.
    pub decision: String,
    /// The facts told.
    pub told: Vec<String>,
    /// The outcome.
    pub outcome: String,
    /// Where the expectation stands.
    pub at: Place,
    /// As written.
    pub expects: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub got: String,
    /// Where the two differ, one sentence each.
    pub differences: Vec<String>,
    /// The whole answer, explained.
    pub answer: OutcomeAnswer,
}

impl Report {
    /// Tests in which something did not come out.
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|t| !t.passed).count()
    }

    /// Whether there were tests and all of them passed.
    pub fn passed(&self) -> bool {
        !self.tests.is_empty() && self.failed() == 0
    }
}

/// Runs the tests that the filter lets through, in parallel; the report is in the order of the files.
pub fn run(policies: &Policies, filter: &Filter) -> Report {
    run_with(policies, filter, PLAIN).0
}

/// Answers, and looks at nothing else.
const PLAIN: &Ask = &|policies, question, facts, outcome| (policies.answer_outcome(question, facts, outcome, Detail::default()), None);

/// Runs them, and says what of the policies they exercise. Tests that fail count too: they were asked.
///
/// With a region in the filter only what it and the regions inside it say is counted; with a text everything is.
pub fn run_covering(policies: &Policies, filter: &Filter) -> (Report, Coverage) {
    let (report, tally) = tally(policies, filter);
    let coverage = coverage::coverage(policies, &tally, filter.region);
    (report, coverage)
}

/// Runs the tests, and adds up what they exercise.
fn tally(policies: &Policies, filter: &Filter) -> (Report, coverage::Tally) {
    let (report, seen) = run_with(policies, filter, &|policies, question, facts, outcome| {
        let (answer, seen) = policies.ask_outcome_seen(question, facts, outcome);
        (answer, Some(seen))
    });
    let mut tally = coverage::Tally::default();
    seen.iter().for_each(|s| tally.add(s));
    (report, tally)
}

/// Answers one outcome, and says what that exercised where somebody wants to know.
type Ask = dyn Fn(&Policies, &Question, &Facts, OutcomeId) -> (OutcomeAnswer, Option<Seen>) + Sync;

fn run_with(policies: &Policies, filter: &Filter, ask: &Ask) -> (Report, Vec<Seen>) {
    let symbols = &policies.program.symbols;
    let wanted = |t: &&Test| {
        filter.text.as_ref().is_none_or(|text| t.name.contains(text.as_str()))
            && filter.region.is_none_or(|r| symbols.region(t.region).chain.contains(&r))
    };
    let mut tests: Vec<&Test> = policies.program.tests.iter().filter(wanted).collect();
    tests.sort_by_key(|t| t.span);
    let (results, seen): (Vec<TestResult>, Vec<Vec<Seen>>) = tests.par_iter().map(|t| test(policies, t, ask)).unzip();
    let report = Report { policies: policies.digest().to_string(), tests: results, found: policies.program.tests.len() };
    (report, seen.into_iter().flatten().collect())
}

fn test(policies: &Policies, t: &Test, ask: &Ask) -> (TestResult, Vec<Seen>) {
    let symbols = &policies.program.symbols;
    let mut result = TestResult {
        name: t.name.to_string(),
        region: Names::region(symbols, t.region).to_string(),
        on: t.on.map(date),
        known: t.known.map(date),
        at: place(policies, t.span),
        passed: false,
        refused: None,
        checks: 0,
        failures: Vec::new(),
    };
    if t.cases.is_empty() {
        result.refused = Some("it asks nothing: write a question with an `expect` in it".to_string());
        return (result, Vec::new());
    }
    if t.on.is_none() && dated(&policies.program, t.region) {
        let region = &result.region;
        result.refused =
            Some(format!("it has no date, but what is said for {region} is in force only for a time: write `in {region} on DATE`"));
        return (result, Vec::new());
    }
    let mut all_seen = Vec::new();
    let moment = Moment { on: t.on.unwrap_or(ANY_DAY), known: t.known };
    for case in &t.cases {
        let mut facts = Facts::new();
        for (input, value) in &case.inputs {
            facts.tell(*input, value.clone());
        }
        let question = Question { region: t.region, decision: case.decision, args: case.args.clone(), moment };
        for expect in &case.expects {
            result.checks += 1;
            let (answer, seen) = ask(policies, &question, &facts, expect.outcome);
            all_seen.extend(seen);
            result.failures.extend(check(policies, case, &question, &facts, expect, &answer));
        }
    }
    result.passed = result.failures.is_empty();
    (result, all_seen)
}

/// Whether an answer for this region may depend on the question's date.
fn dated(p: &Program, region: RegionId) -> bool {
    // A formula may ask another region.
    let elsewhere = p.nodes.iter().any(|n| matches!(n, Node::Read { at: Some(_), .. }));
    let chain = &p.symbols.region(region).chain;
    p.statements.iter().any(|s| (s.from.is_some() || s.until.is_some()) && s.by.is_none() && (elsewhere || chain.contains(&s.region)))
}

fn check(policies: &Policies, case: &Case, question: &Question, facts: &Facts, expect: &Expect, answer: &OutcomeAnswer) -> Option<Failed> {
    let wanted = compare::Wanted::of(policies, question, facts, expect);
    let differences = compare::differences(&wanted, answer);
    if differences.is_empty() {
        return None;
    }
    let p = &policies.program;
    let told = case.inputs.iter().map(|(input, value)| {
        let info = p.symbols.input(*input);
        format!("{} = {}", show_name(&info.name), show(value, &info.ty, &p.symbols))
    });
    Some(Failed {
        decision: p.symbols.head_text(case.decision, &case.args),
        told: told.collect(),
        outcome: p.symbols.outcome(expect.outcome).name.to_string(),
        at: place(policies, expect.span),
        expects: policies.map.snippet(expect.span).split_whitespace().collect::<Vec<_>>().join(" "),
        expected: wanted.text(),
        got: compare::got(answer),
        differences,
        answer: policies.answer_outcome(question, facts, expect.outcome, Detail { explain: true }),
    })
}

fn place(policies: &Policies, span: Span) -> Place {
    let (file, line) = policies.map.locate(span).map_or((String::new(), 0), |(file, at)| (file.to_string(), at.line));
    Place { file, line }
}
