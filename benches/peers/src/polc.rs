//! In: persons. Out: the three policies by polc: columns, one by one, and from JSON to JSON. Never here: the policies (`benches/policies`).

use crate::data::{Outputs, Person, Persons};
use crate::serve::Engine;
use crate::words;
use polc::Detail;
use polc::plan::{Answers, Column, Lane, One, Rows, Scratch, Slot, State, Values, Wanted};
use polc::{Date, Policies, Prepared, Question};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// What a slot of a plan is filled with.
#[derive(Clone, Copy)]
enum Field {
    Gender,
    Age,
    From,
    To,
    Level,
    Cost,
    PaidDeductible,
    Actual,
    Deemed,
    Gap,
    Base,
}

impl Field {
    /// Its value as the plan holds it: years in months, money in fen.
    fn of(self, p: &Person) -> i64 {
        match self {
            Field::Gender => p.gender.into(),
            Field::Age => i64::from(p.age) * 12,
            Field::From => p.from.into(),
            Field::To => p.to.into(),
            Field::Level => p.level.into(),
            Field::Cost => p.cost.into(),
            Field::PaidDeductible => p.paid_deductible.into(),
            Field::Actual => p.actual.into(),
            Field::Deemed => p.deemed.into(),
            Field::Gap => p.gap.into(),
            Field::Base => p.base.into(),
        }
    }
}

const DECISIONS: [&str; 3] = ["retire", "reimburse", "transfer"];
const OUTCOMES: [&[&str]; 3] =
    [&["shortage", "lump_sum", "outcome"], &["reimbursed", "self_pay"], &["pooled_balance", "personal_balance", "waiting", "credited"]];
const INPUTS: [(&str, Field); 9] = [
    ("gender", Field::Gender),
    ("age", Field::Age),
    ("hospital_level", Field::Level),
    ("cost", Field::Cost),
    ("paid_deductible", Field::PaidDeductible),
    ("actual", Field::Actual),
    ("deemed", Field::Deemed),
    ("gap", Field::Gap),
    ("wage", Field::Base),
];

struct Work {
    prepared: Prepared<'static>,
    fields: Vec<Field>,
    scratch: Scratch,
    answers: Answers,
    slots: Vec<Option<i64>>,
    one: Vec<One>,
    /// Questions of the row interpreter, by region, origin and target.
    questions: Vec<Question>,
}

pub struct Polc {
    policies: &'static Policies,
    works: [Work; 3],
    /// Ages in months, for the rows of a pass.
    ages: Vec<i16>,
}

impl Polc {
    pub fn new() -> Polc {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../policies"));
        let policies: &'static Policies = Box::leak(Box::new(Policies::load(&[folder])));
        assert!(policies.diagnostics().is_empty(), "{:?}", policies.diagnostics());
        let works = [1, 2, 3].map(|work| Work::new(policies, work));
        Polc { policies, works, ages: Vec::new() }
    }
}

impl Work {
    fn new(policies: &'static Policies, work: usize) -> Work {
        let regions = words::REGIONS.map(|r| policies.region(r).expect("a region"));
        let (decision, args) = policies.decision(DECISIONS[work - 1]).expect("a decision");
        let outcomes: Vec<_> = OUTCOMES[work - 1].iter().map(|o| policies.outcome(decision, o).expect("an outcome")).collect();
        let day = Date::new(2026, 1, 1).expect("a day");
        let prepared = policies.prepare(&regions, decision, &outcomes, day);
        let fields: Vec<Field> = prepared
            .slots()
            .iter()
            .map(|s| match s.slot {
                Slot::Arg(0) => Field::From,
                Slot::Arg(_) => Field::To,
                Slot::Input(id) => INPUTS.iter().find(|(name, _)| policies.input(decision, name) == Some(id)).expect("an input").1,
            })
            .collect();
        let heads: Vec<Vec<Option<u16>>> = match args.len() {
            2 => (0..4).map(|k| vec![Some(k / 2), Some(k % 2)]).collect(),
            _ => vec![args; 4],
        };
        let questions =
            regions.iter().flat_map(|r| heads.iter().map(|args| policies.question(*r, (decision, args.clone()), day))).collect();
        let one = vec![One::default(); outcomes.len()];
        Work { scratch: prepared.scratch(), answers: Answers::default(), slots: vec![None; fields.len()], fields, prepared, one, questions }
    }

    fn run(&mut self, persons: &Persons, ages: &mut Vec<i16>) {
        if self.fields.iter().any(|f| matches!(f, Field::Age)) {
            ages.clear();
            ages.extend(persons.age.iter().map(|a| i16::from(*a) * 12));
        }
        let columns: Vec<Option<Column<'_>>> = self
            .fields
            .iter()
            .map(|field| {
                let lane = match field {
                    Field::Gender => Lane::U8(&persons.gender),
                    Field::Age => Lane::I16(ages),
                    Field::From => Lane::U8(&persons.from),
                    Field::To => Lane::U8(&persons.to),
                    Field::Level => Lane::U8(&persons.level),
                    Field::Cost => Lane::I32(&persons.cost),
                    Field::PaidDeductible => Lane::I32(&persons.paid_deductible),
                    Field::Actual => Lane::I16(&persons.actual),
                    Field::Deemed => Lane::I16(&persons.deemed),
                    Field::Gap => Lane::I16(&persons.gap),
                    Field::Base => Lane::I32(&persons.base),
                };
                Some(Column { lane, told: None })
            })
            .collect();
        let rows = Rows { len: persons.len(), region: Lane::U8(&persons.region), columns: &columns };
        self.prepared.run(&rows, Wanted::Values, &mut self.scratch, &mut self.answers);
        // Whoever takes the values has to look at the states first.
        for given in &self.answers.outcomes {
            assert!(given.states.iter().all(|s| *s == State::Decided as u8), "a row was not decided");
        }
    }

    fn ask(&mut self, p: &Person) {
        for (slot, field) in self.slots.iter_mut().zip(&self.fields) {
            *slot = Some(field.of(p));
        }
        self.prepared.ask(&mut self.scratch, usize::from(p.region), &self.slots, Wanted::Values, &mut self.one);
    }
}

/// Columns, a million rows at a time.
pub struct Batch(Polc);

impl Batch {
    pub fn new() -> Batch {
        Batch(Polc::new())
    }
}

impl Engine for Batch {
    fn pass(&mut self, work: usize, persons: &Persons, _: &mut Outputs) {
        self.0.works[work - 1].run(persons, &mut self.0.ages);
    }

    fn finish(&self, work: usize, out: &mut Outputs) {
        let given = &self.0.works[work - 1].answers.outcomes;
        for i in 0..out.outcome.len() {
            let v: Vec<i64> = given.iter().map(|g| g.values.lane().get(i).expect("a row")).collect();
            put(work, i, &v, out);
        }
        let widths: Vec<&str> = given
            .iter()
            .map(|g| match g.values {
                Values::U8(_) => "u8",
                Values::I16(_) => "i16",
                Values::I32(_) => "i32",
                Values::I64(_) => "i64",
            })
            .collect();
        eprintln!("polc batch W{work}: values as {}", widths.join(", "));
    }

    fn one(&mut self, work: usize, person: &Person) {
        self.0.works[work - 1].ask(person);
        std::hint::black_box(&self.0.works[work - 1].one);
    }
}

fn put(work: usize, i: usize, v: &[i64], out: &mut Outputs) {
    match work {
        1 => (out.shortage[i], out.lump[i], out.outcome[i]) = (v[0] as i16, v[1], v[2] as u8),
        2 => (out.reimbursed[i], out.self_pay[i]) = (v[0] as i32, v[1] as i32),
        _ => (out.pooled[i], out.personal[i], out.waiting[i], out.credited[i]) = (v[0] as u8, v[1] as u8, v[2] as u8, v[3] as u8),
    }
}

/// One person at a time, from typed facts to typed values.
pub struct Single(Polc);

impl Single {
    pub fn new() -> Single {
        Single(Polc::new())
    }
}

impl Engine for Single {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        let w = &mut self.0.works[work - 1];
        let view = persons.view();
        for i in 0..view.n {
            w.ask(&view.row(i));
            let mut v = [0; 4];
            for (v, one) in v.iter_mut().zip(&w.one) {
                assert!(one.state == State::Decided, "a row was not decided");
                *v = one.value;
            }
            put(work, i, &v, out);
        }
    }

    fn one(&mut self, work: usize, person: &Person) {
        self.0.works[work - 1].ask(person);
        std::hint::black_box(&self.0.works[work - 1].one);
    }

    /// From an object of facts to an object of values.
    fn json(&mut self, work: usize, person: &str) -> Option<String> {
        let told: Map<String, Value> = serde_json::from_str(person).ok()?;
        let number = |name: &str| told.get(name).and_then(Value::as_i64).unwrap_or(0);
        let word = |name: &str, of: &[&str]| told.get(name).and_then(Value::as_str).map_or(0, |w| words::code(w, of));
        let p = Person {
            region: word("region", &words::REGIONS),
            gender: word("gender", &words::GENDERS),
            age: number("age") as u8,
            from: word("scheme_from", &words::SCHEMES),
            to: word("scheme_to", &words::SCHEMES),
            level: number("level") as u8,
            cost: number("cost") as i32,
            paid_deductible: number("paid") as i32,
            actual: number("actual") as i16,
            deemed: number("deemed") as i16,
            gap: number("gap") as i16,
            base: number("base") as i32,
        };
        let w = &mut self.0.works[work - 1];
        w.ask(&p);
        let values: Map<String, Value> = OUTCOMES[work - 1]
            .iter()
            .enumerate()
            .map(|(k, name)| (name.to_string(), w.prepared.json(k, w.one[k].value).unwrap_or_default()))
            .collect();
        serde_json::to_string(&values).ok()
    }

    fn person(&self, work: usize, p: &Person) -> String {
        let (region, gender) = (words::REGIONS[usize::from(p.region)], words::GENDERS[usize::from(p.gender)]);
        match work {
            1 => json!({"region": region, "gender": gender, "age": p.age, "actual": p.actual, "deemed": p.deemed, "base": p.base}),
            2 => json!({"age": p.age, "level": p.level, "cost": p.cost, "paid": p.paid_deductible}),
            _ => json!({
                "region": region, "scheme_from": words::SCHEMES[usize::from(p.from)], "scheme_to": words::SCHEMES[usize::from(p.to)],
                "gap": p.gap, "actual": p.actual
            }),
        }
        .to_string()
    }
}

/// The row interpreter: whole answers with statements, sources and what they rest on, from JSON to JSON, as `polc eval` gives them.
pub struct Whole(Polc);

impl Whole {
    pub fn new() -> Whole {
        Whole(Polc::new())
    }

    fn question(&self, work: usize, p: &Person) -> &Question {
        &self.0.works[work - 1].questions[usize::from(p.region) * 4 + usize::from(p.from) * 2 + usize::from(p.to)]
    }
}

impl Engine for Whole {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        for i in 0..persons.len() {
            let p = persons.row(i);
            let facts = self.0.policies.facts(DECISIONS[work - 1]).expect("a decision");
            let facts = fill(facts, work, &p);
            let answer = self.0.policies.answer(self.question(work, &p), &facts, Detail::default());
            let v: Vec<i64> = OUTCOMES[work - 1]
                .iter()
                .map(|name| {
                    let outcome = answer.outcomes.iter().find(|o| o.outcome == *name).expect("an outcome");
                    number(outcome.alternatives[0].value.as_ref().expect("a value"))
                })
                .collect();
            put(work, i, &v, out);
        }
    }

    fn one(&mut self, work: usize, p: &Person) {
        let facts = fill(self.0.policies.facts(DECISIONS[work - 1]).expect("a decision"), work, p);
        std::hint::black_box(self.0.policies.answer(self.question(work, p), &facts, Detail::default()));
    }
}

fn fill(facts: polc::facts::FactsBuilder<'_>, work: usize, p: &Person) -> polc::Facts {
    use polc::facts::{Money, Months, Years};
    let months = |n: i16| Months(u32::from(n.unsigned_abs()));
    let money = |n: i32| Money::fen(i64::from(n));
    match work {
        1 => facts
            .set("gender", words::GENDERS[usize::from(p.gender)])
            .set("age", Years(u32::from(p.age)))
            .set("actual", months(p.actual))
            .set("deemed", months(p.deemed))
            .set("wage", money(p.base)),
        2 => facts
            .set("hospital_level", i64::from(p.level))
            .set("age", Years(u32::from(p.age)))
            .set("cost", money(p.cost))
            .set("paid_deductible", money(p.paid_deductible)),
        _ => facts.set("gap", months(p.gap)).set("actual", months(p.actual)),
    }
    .build()
    .expect("facts")
}

/// A value of an answer as the data counts it.
fn number(value: &Value) -> i64 {
    match value {
        Value::Number(n) => n.as_i64().expect("a whole number"),
        Value::String(s) => {
            if let Some(yuan) = s.strip_suffix(|c: char| c.is_ascii_digit()).and(s.split_once('.')) {
                return yuan.0.parse::<i64>().expect("yuan") * 100 + yuan.1.parse::<i64>().expect("fen");
            }
            [&words::OUTCOMES[..], &words::POOLED, &words::PERSONAL].iter().find_map(|of| of.iter().position(|w| w == s)).expect("a word")
                as i64
        }
        Value::Object(o) => o.values().next().map(number).expect("a number"),
        other => panic!("{other}"),
    }
}
