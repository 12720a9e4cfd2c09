//! In: persons. Out: the three policies by zen-engine, each a graph with one node of expressions. Never here: other engines.

use crate::data::{Outputs, Person, Persons};
use crate::serve::Engine;
use crate::words;
use futures_executor::block_on;
use serde_json::{Value, json};
use zen_engine::model::GraphContent;
use zen_engine::{Decision, Variable};

const WORKS: [&[(&str, &str)]; 3] = [
    &[
        (
            "required",
            "region in ['A', 'D', 'E'] ? (gender == 'm' ? 360 : 300) : region == 'B' ? (gender == 'm' ? 300 : 240) : region == 'C' ? 180 : 240",
        ),
        ("required_actual", "region == 'D' ? 120 : region == 'E' ? 180 : 0"),
        ("shortage", "max([0, $.required - (actual + deemed), $.required_actual - actual])"),
        ("outcome", "age < (gender == 'm' ? 60 : 55) ? 'not_eligible' : $.shortage == 0 ? 'exempt' : 'pay_lump_sum'"),
        ("rate", "region == 'B' ? 1200 : 850"),
        ("base", "max([365880, min([1829400, base])])"),
        ("lump_sum", "$.outcome == 'pay_lump_sum' ? floor((2 * $.base * $.rate * $.shortage + 10000) / 20000) : 0"),
    ],
    &[
        ("deductible", "level == 1 ? 0 : level == 2 ? 20000 : 30000"),
        ("rate", "(level == 1 ? 7000 : 6000) + (age >= 60 ? 500 : 0)"),
        ("remaining", "min([$.deductible, max([0, 30000 - paid])])"),
        ("reimbursed", "min([150000, floor((2 * max([0, cost - $.remaining]) * $.rate + 10000) / 20000)])"),
        ("self_pay", "cost - $.reimbursed"),
    ],
    &[
        ("to_employee", "from == 'resident' and to == 'employee'"),
        ("to_resident", "from == 'employee' and to == 'resident'"),
        (
            "pooled_balance",
            "region == 'B' and $.to_employee ? 'retained' : region == 'D' and gap > 12 ? 'cleared' : region == 'F' and $.to_resident ? 'retained' : $.to_employee ? 'cleared' : 'kept_at_origin'",
        ),
        (
            "personal_balance",
            "region == 'C' and $.to_resident ? 'withdrawn' : region == 'E' and $.to_resident and gap > 6 ? 'transferred' : from == 'resident' ? 'withdrawn' : $.to_resident ? 'frozen' : 'transferred'",
        ),
        ("waiting", "gap <= 3 ? 0 : min([12, (region in ['B', 'D', 'F'] ? 3 : 6) + max([0, floor(gap / 12) - 1])])"),
        ("credited", "$.to_employee and region in ['A', 'C', 'E'] ? floor(actual / 12) * 3 : 0"),
    ],
];

pub struct Zen {
    decisions: [Decision; 3],
}

impl Zen {
    pub fn new() -> Zen {
        let decisions = WORKS.map(|work| {
            let expressions: Vec<Value> =
                work.iter().enumerate().map(|(i, (key, value))| json!({"id": i.to_string(), "key": key, "value": value})).collect();
            let graph = json!({
                "nodes": [
                    {"id": "in", "name": "in", "type": "inputNode"},
                    {"id": "work", "name": "work", "type": "expressionNode", "content": {"expressions": expressions}},
                    {"id": "out", "name": "out", "type": "outputNode"},
                ],
                "edges": [
                    {"id": "1", "sourceId": "in", "targetId": "work", "type": "edge"},
                    {"id": "2", "sourceId": "work", "targetId": "out", "type": "edge"},
                ],
            });
            let content: GraphContent = serde_json::from_value(graph).expect("a graph");
            let mut decision = Decision::from(content);
            decision.compile();
            decision
        });
        Zen { decisions }
    }

    fn input(&self, work: usize, p: &Person) -> Variable {
        let input = Variable::empty_object();
        let object = input.as_object().expect("an object");
        {
            let mut o = object.borrow_mut();
            let mut number = |name: &'static str, n: i32| drop(o.insert(Variable::key(name), Variable::Number(n.into())));
            if work != 2 {
                number("actual", p.actual.into());
            }
            if work != 3 {
                number("age", p.age.into());
            }
            match work {
                1 => {
                    number("deemed", p.deemed.into());
                    number("base", p.base);
                }
                2 => {
                    number("level", p.level.into());
                    number("cost", p.cost);
                    number("paid", p.paid_deductible);
                }
                _ => number("gap", p.gap.into()),
            }
            let mut word = |name: &'static str, w: &'static str| drop(o.insert(Variable::key(name), Variable::String(Variable::key(w))));
            if work != 2 {
                word("region", words::REGIONS[usize::from(p.region)]);
            }
            if work == 1 {
                word("gender", words::GENDERS[usize::from(p.gender)]);
            }
            if work == 3 {
                word("from", words::SCHEMES[usize::from(p.from)]);
                word("to", words::SCHEMES[usize::from(p.to)]);
            }
        }
        input
    }

    fn answer(&self, work: usize, input: Variable) -> Variable {
        block_on(self.decisions[work - 1].evaluate(input)).expect("an answer").result
    }
}

impl Engine for Zen {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        for i in 0..persons.len() {
            let answer = self.answer(work, self.input(work, &persons.row(i)));
            let object = answer.as_object().expect("an object");
            let o = object.borrow();
            let number =
                |name: &str| i64::try_from(o.get_str(name).and_then(Variable::as_number).expect("a number")).expect("a whole number");
            let code = |name: &str, of: &[&str]| words::code(o.get_str(name).and_then(|v| v.as_str()).expect("a text"), of);
            match work {
                1 => {
                    out.shortage[i] = number("shortage") as i16;
                    out.lump[i] = number("lump_sum");
                    out.outcome[i] = code("outcome", &words::OUTCOMES);
                }
                2 => {
                    out.reimbursed[i] = number("reimbursed") as i32;
                    out.self_pay[i] = number("self_pay") as i32;
                }
                _ => {
                    out.pooled[i] = code("pooled_balance", &words::POOLED);
                    out.personal[i] = code("personal_balance", &words::PERSONAL);
                    out.waiting[i] = number("waiting") as u8;
                    out.credited[i] = number("credited") as u8;
                }
            }
        }
    }

    fn one(&mut self, work: usize, person: &Person) {
        std::hint::black_box(self.answer(work, self.input(work, person)));
    }

    fn json(&mut self, work: usize, person: &str) -> Option<String> {
        let input: Value = serde_json::from_str(person).expect("a person");
        serde_json::to_string(&self.answer(work, input.into()).to_value()).ok()
    }

    fn person(&self, work: usize, person: &Person) -> String {
        serde_json::to_string(&self.input(work, person).to_value()).expect("a text")
    }
}
