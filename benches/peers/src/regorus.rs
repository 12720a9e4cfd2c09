//! In: persons. Out: the three policies by regorus' register machine. Never here: the policies (`rules/work.rego`).

use crate::data::{Outputs, Person, Persons};
use crate::serve::Engine;
use crate::words;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Rc, Value};

pub struct Regorus {
    machines: [RegoVM; 3],
    /// Names of facts and of what is asked, and the words of values, as values made once.
    keys: Keys,
}

struct Keys {
    region: Value,
    gender: Value,
    age: Value,
    from: Value,
    to: Value,
    level: Value,
    cost: Value,
    paid: Value,
    actual: Value,
    deemed: Value,
    gap: Value,
    base: Value,
    regions: Vec<Value>,
    genders: Vec<Value>,
    schemes: Vec<Value>,
}

impl Regorus {
    pub fn new() -> Regorus {
        let machines = [1, 2, 3].map(|work| {
            let entry: Rc<str> = format!("data.work.w{work}").into();
            let mut engine = regorus::Engine::new();
            engine.add_policy("work.rego".into(), include_str!("../rules/work.rego").into()).expect("the policy is right");
            let compiled = engine.compile_with_entrypoint(&entry).expect("it compiles");
            let program = Compiler::compile_from_policy(&compiled, &[&entry]).expect("it compiles for the machine");
            let mut machine = RegoVM::new();
            machine.load_program(program);
            machine
        });
        let all = |words: &[&str]| words.iter().map(|w| Value::from(*w)).collect();
        let keys = Keys {
            region: "region".into(),
            gender: "gender".into(),
            age: "age".into(),
            from: "scheme_from".into(),
            to: "scheme_to".into(),
            level: "level".into(),
            cost: "cost".into(),
            paid: "paid".into(),
            actual: "actual".into(),
            deemed: "deemed".into(),
            gap: "gap".into(),
            base: "base".into(),
            regions: all(&words::REGIONS),
            genders: all(&words::GENDERS),
            schemes: all(&words::SCHEMES),
        };
        Regorus { machines, keys }
    }

    /// What a policy reads of a person.
    fn input(&self, work: usize, p: &Person) -> Value {
        let k = &self.keys;
        let mut input = Value::new_object();
        let o = input.as_object_mut().expect("an object");
        if work != 2 {
            o.insert(k.region.clone(), k.regions[usize::from(p.region)].clone());
            o.insert(k.actual.clone(), i64::from(p.actual).into());
        }
        if work != 3 {
            o.insert(k.age.clone(), i64::from(p.age).into());
        }
        match work {
            1 => {
                o.insert(k.gender.clone(), k.genders[usize::from(p.gender)].clone());
                o.insert(k.deemed.clone(), i64::from(p.deemed).into());
                o.insert(k.base.clone(), i64::from(p.base).into());
            }
            2 => {
                o.insert(k.level.clone(), i64::from(p.level).into());
                o.insert(k.cost.clone(), i64::from(p.cost).into());
                o.insert(k.paid.clone(), i64::from(p.paid_deductible).into());
            }
            _ => {
                o.insert(k.from.clone(), k.schemes[usize::from(p.from)].clone());
                o.insert(k.to.clone(), k.schemes[usize::from(p.to)].clone());
                o.insert(k.gap.clone(), i64::from(p.gap).into());
            }
        }
        input
    }

    fn answer(&mut self, work: usize, input: Value) -> Value {
        let machine = &mut self.machines[work - 1];
        machine.set_input(input);
        machine.execute().expect("an answer")
    }
}

impl Engine for Regorus {
    fn pass(&mut self, work: usize, persons: &Persons, out: &mut Outputs) {
        for i in 0..persons.len() {
            let input = self.input(work, &persons.row(i));
            let answer = self.answer(work, input);
            let number = |name: &str| answer[name].as_i64().expect("a number");
            let code = |name: &str, of: &[&str]| words::code(answer[name].as_string().expect("a text"), of);
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
        let input = self.input(work, person);
        std::hint::black_box(self.answer(work, input));
    }

    fn json(&mut self, work: usize, person: &str) -> Option<String> {
        let input = Value::from_json_str(person).expect("a person");
        self.answer(work, input).to_json_str().ok()
    }

    fn person(&self, work: usize, person: &Person) -> String {
        self.input(work, person).to_json_str().expect("a text")
    }
}
