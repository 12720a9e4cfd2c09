//! In: persons. Out: the three policies by CEL expressions, an expression for each value. Never here: other engines.
//!
//! CEL has no definitions: where an expression needs a value twice, it is an expression of its own and is told to the next ones.

use crate::data::{Outputs, Person, Persons};
use crate::serve::Engine;
use crate::words;
use cel::common::types::{CelInt, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use std::sync::Arc;

const MISSING: &str = r#"(region == "A" || region == "D" || region == "E" ? (gender == "m" ? 360 : 300)
  : region == "B" ? (gender == "m" ? 300 : 240) : region == "C" ? 180 : 240) - (actual + deemed)"#;
const UNPAID: &str = r#"(region == "D" ? 120 : region == "E" ? 180 : 0) - actual"#;
const SHORTAGE: &str = "first > second ? (first > 0 ? first : 0) : (second > 0 ? second : 0)";
const OUTCOME: &str = r#"age < (gender == "m" ? 60 : 55) ? "not_eligible" : shortage == 0 ? "exempt" : "pay_lump_sum""#;
const LUMP_SUM: &str = r#"outcome == "pay_lump_sum"
  ? (2 * (base < 365880 ? 365880 : base > 1829400 ? 1829400 : base) * (region == "B" ? 1200 : 850) * shortage + 10000) / 20000 : 0"#;

const COUNTED: &str = "cost - (level == 1 || paid >= 30000 ? 0 : level == 2 && paid < 10000 ? 20000 : 30000 - paid)";
const REIMBURSED: &str = "first <= 0 ? 0 : (2 * first * ((level == 1 ? 7000 : 6000) + (age >= 60 ? 500 : 0)) + 10000) / 20000";
const CAPPED: &str = "second > 150000 ? 150000 : second";

const POOLED: &str = r#"region == "B" && from == "resident" && to == "employee" ? "retained" : region == "D" && gap > 12 ? "cleared"
  : region == "F" && from == "employee" && to == "resident" ? "retained" : from == "resident" && to == "employee" ? "cleared" : "kept_at_origin""#;
const PERSONAL: &str = r#"from == "resident" ? "withdrawn" : to == "employee" ? "transferred" : region == "C" ? "withdrawn"
  : region == "E" && gap > 6 ? "transferred" : "frozen""#;
const MORE: &str = r#"(region == "B" || region == "D" || region == "F" ? 3 : 6) + (gap < 24 ? 0 : gap / 12 - 1)"#;
const WAITING: &str = "gap <= 3 ? 0 : first > 12 ? 12 : first";
const CREDITED: &str =
    r#"from == "resident" && to == "employee" && (region == "A" || region == "C" || region == "E") ? actual / 12 * 3 : 0"#;

/// A person and the values on the way, as the variables of the expressions.
struct Row {
    p: Person,
    first: i64,
    second: i64,
    shortage: i64,
    outcome: &'static str,
}

impl VariableResolver for Row {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let p = &self.p;
        let word = |w: &'static str| Some(CowVal::owned(CelString::from(w)));
        let number: i64 = match name {
            "region" => return word(words::REGIONS[usize::from(p.region)]),
            "gender" => return word(words::GENDERS[usize::from(p.gender)]),
            "from" => return word(words::SCHEMES[usize::from(p.from)]),
            "to" => return word(words::SCHEMES[usize::from(p.to)]),
            "outcome" => return word(self.outcome),
            "age" => p.age.into(),
            "level" => p.level.into(),
            "cost" => p.cost.into(),
            "paid" => p.paid_deductible.into(),
            "actual" => p.actual.into(),
            "deemed" => p.deemed.into(),
            "gap" => p.gap.into(),
            "base" => p.base.into(),
            "first" => self.first,
            "second" => self.second,
            "shortage" => self.shortage,
            _ => return None,
        };
        Some(CowVal::owned(CelInt::from(number)))
    }
}

pub struct Cel {
    env: Arc<Env>,
    programs: [Vec<Program>; 3],
}

/// The values of one answer, in the order of the outputs.
type Given = [i64; 4];

impl Cel {
    pub fn new() -> Cel {
        let env = Arc::new(Env::stdlib());
        let compile = |texts: &[&str]| texts.iter().map(|t| env.compile(t).expect("it compiles")).collect();
        let programs = [
            compile(&[MISSING, UNPAID, SHORTAGE, OUTCOME, LUMP_SUM]),
            compile(&[COUNTED, REIMBURSED, CAPPED]),
            compile(&[POOLED, PERSONAL, MORE, WAITING, CREDITED]),
        ];
        Cel { env, programs }
    }

    fn value(&self, work: usize, which: usize, row: &Row) -> Value {
        let mut context = Context::with_env(self.env.clone());
        context.set_variable_resolver(row);
        self.programs[work - 1][which].execute(&context).expect("a value")
    }

    fn number(&self, work: usize, which: usize, row: &Row) -> i64 {
        match self.value(work, which, row) {
            Value::Int(n) => n,
            other => panic!("{other:?}"),
        }
    }

    fn code(&self, work: usize, which: usize, row: &Row, of: &[&'static str]) -> usize {
        match self.value(work, which, row) {
            Value::String(s) => usize::from(words::code(&s, of)),
            other => panic!("{other:?}"),
        }
    }

    fn answer(&self, work: usize, p: Person) -> Given {
        let mut row = Row { p, first: 0, second: 0, shortage: 0, outcome: "" };
        match work {
            1 => {
                row.first = self.number(1, 0, &row);
                row.second = self.number(1, 1, &row);
                row.shortage = self.number(1, 2, &row);
                let outcome = self.code(1, 3, &row, &words::OUTCOMES);
                row.outcome = words::OUTCOMES[outcome];
                [row.shortage, self.number(1, 4, &row), outcome as i64, 0]
            }
            2 => {
                row.first = self.number(2, 0, &row);
                row.second = self.number(2, 1, &row);
                let reimbursed = self.number(2, 2, &row);
                [reimbursed, i64::from(p.cost) - reimbursed, 0, 0]
            }
            _ => {
                let pooled = self.code(3, 0, &row, &words::POOLED);
                let personal = self.code(3, 1, &row, &words::PERSONAL);
                row.first = self.number(3, 2, &row);
                [pooled as i64, personal as i64, self.number(3, 3, &row), self.number(3, 4, &row)]
            }
        }
    }
}

impl Engine for Cel {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        for i in 0..persons.len() {
            let [a, b, c, d] = self.answer(work, persons.row(i));
            match work {
                1 => (out.shortage[i], out.lump[i], out.outcome[i]) = (a as i16, b, c as u8),
                2 => (out.reimbursed[i], out.self_pay[i]) = (a as i32, b as i32),
                _ => (out.pooled[i], out.personal[i], out.waiting[i], out.credited[i]) = (a as u8, b as u8, c as u8, d as u8),
            }
        }
    }

    fn one(&mut self, work: usize, person: &Person) {
        std::hint::black_box(self.answer(work, *person));
    }
}
