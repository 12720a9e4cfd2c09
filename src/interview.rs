//! In: policies, a question with what is told so far, answers to what is asked. Out: the next thing to ask, and the question and facts as they stand. Never here: evaluating, reading values (`input`), talking to people (`cli`).
//!
//! ```
//! use polc::interview::Interview;
//! use polc::{Detail, Facts, Moment, Policies};
//!
//! let policies = Policies::from_text("demo.pol", r#"
//!     source 办法 "示例办法" < kind = notice   published = 2025-01-01 >
//!     region 西宁 per 办法 < transfer resident->employee < when gap <= 3 months: waiting = 0 months > >
//! "#);
//! let head = policies.decision("transfer resident->employee").unwrap();
//! let region = policies.region("西宁").unwrap();
//! let mut talk = Interview::new(&policies, region, Moment { on: 20_000, known: None }, vec![head], true, Facts::new());
//! let asked = talk.next(&talk.answers(Detail::default())).unwrap();
//! assert_eq!(asked.name, "gap");
//! talk.tell(asked.wanted, "2 months").unwrap();
//! assert!(talk.next(&talk.answers(Detail::default())).is_none());
//! assert_eq!(talk.settings(), ["gap=2 months"]);
//! ```

use crate::Policies;
use crate::diagnostics::Diagnostic;
use crate::eval::{Answer, Facts, Moment, Need, Question, Told};
use crate::hir::{DecisionId, Symbols};
use crate::input::{FactReader, example_setting, folded, unit_of};
use crate::policies::Detail;
use crate::value::{InputId, RegionId, Type, show, show_interval, show_name};
use std::collections::{BTreeMap, BTreeSet};

/// Nobody meant a longer name for a value of an enum; messages repeat no more of it.
const LONGEST_NAME: usize = 64;

/// A decision with its arguments; `None` is not told.
type Head = (DecisionId, Vec<Option<u16>>);

/// Something that can be asked. Arguments come before facts, both in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// An argument of the decision, by its place.
    Argument(u16),
    /// A fact.
    Input(InputId),
}

/// A question to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// What is asked.
    pub wanted: Wanted,
    /// Its name.
    pub name: String,
    /// Its other name.
    pub alias: Option<String>,
    /// Its type, in the language's words.
    pub ty: String,
    /// Its unit, if it has one.
    pub unit: Option<&'static str>,
    /// What it can be, if bounded.
    pub range: Option<String>,
    /// The question in one or two languages.
    pub question: Option<Told>,
    /// What can be chosen; empty where anything of the type can be told.
    pub choices: Vec<Choice>,
    /// A value, as it may be told.
    pub example: String,
    /// The outcomes that want it, each once.
    pub helps: Vec<String>,
}

/// One of several values to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value, as it may be told.
    pub value: String,
    /// What it means to people: its other name and label.
    pub words: String,
}

/// What an interview knows before an answer, to go back to.
#[derive(Clone, Debug)]
struct Past {
    answered: Wanted,
    heads: Vec<Head>,
    facts: Facts,
    order: Vec<InputId>,
    skipped: BTreeSet<Wanted>,
}

/// Asks a person what the answer still needs, and nothing else.
#[derive(Clone, Debug)]
pub struct Interview<'p> {
    policies: &'p Policies,
    region: RegionId,
    moment: Moment,
    heads: Vec<Head>,
    arguments: bool,
    facts: Facts,
    /// Facts told here, in order.
    order: Vec<InputId>,
    skipped: BTreeSet<Wanted>,
    past: Vec<Past>,
}

impl<'p> Interview<'p> {
    /// Begins with what is told already. Arguments left out are asked if `arguments` says so, and only of a single decision.
    pub fn new(policies: &'p Policies, region: RegionId, moment: Moment, heads: Vec<Head>, arguments: bool, facts: Facts) -> Self {
        let arguments = arguments && heads.len() == 1;
        let (order, skipped, past) = (Vec::new(), BTreeSet::new(), Vec::new());
        Interview { policies, region, moment, heads, arguments, facts, order, skipped, past }
    }

    /// The answers as of now, one for each decision.
    pub fn answers(&self, detail: Detail) -> Vec<Answer> {
        let question = |(decision, args): Head| Question { region: self.region, decision, args, moment: self.moment };
        self.heads.iter().map(|head| self.policies.ask(&question(head.clone()), &self.facts, detail)).collect()
    }

    /// The most useful question left: the one that most outcomes want; of those the one they want most urgently.
    pub fn next(&self, answers: &[Answer]) -> Option<Prompt> {
        let reading = self.decisions();
        let reader = FactReader::new(self.policies, &reading);
        let mut found: BTreeMap<Wanted, Use> = BTreeMap::new();
        for outcome in answers.iter().flat_map(|a| &a.outcomes) {
            let askable = outcome.needs.iter().filter_map(|n| self.wanted(n, &reader)).filter(|w| !self.skipped.contains(w));
            for (place, wanted) in askable.enumerate() {
                let known = found.entry(wanted).or_default();
                known.outcomes += 1;
                known.places += place;
                if !known.names.contains(&outcome.outcome) {
                    known.names.push(outcome.outcome.clone());
                }
            }
        }
        // Of equals the first declared: a map is in that order, and `max_by_key` would take the last.
        let best = found.into_iter().rev().max_by_key(|(_, used)| (used.outcomes, std::cmp::Reverse(used.places)))?;
        self.prompt(best.0, best.1.names)
    }

    /// What is still open and was not known when it was asked, by name.
    pub fn not_known(&self) -> Vec<String> {
        self.skipped.iter().filter_map(|w| self.prompt(*w, Vec::new())).map(|p| p.name).collect()
    }

    /// Arguments that are wanted and not asked here, with their decisions: they are said by asking for that decision alone.
    pub fn to_be_said(&self, answers: &[Answer]) -> Vec<String> {
        if self.arguments {
            return Vec::new();
        }
        let mut out: Vec<String> = Vec::new();
        for ((decision, _), answer) in self.heads.iter().zip(answers) {
            let name = &self.symbols().decision(*decision).name;
            for need in answer.outcomes.iter().flat_map(|o| &o.needs).filter(|n| n.argument) {
                let text = format!("{} of {name}", need.input);
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
        out
    }

    /// Takes an answer: a value as after `--set name=`, or the number of a choice. Nothing changes if it is wrong.
    pub fn tell(&mut self, wanted: Wanted, text: &str) -> Result<(), Vec<Diagnostic>> {
        let text = match self.chosen(wanted, text.trim()) {
            Some(value) => value,
            None => text.to_owned(),
        };
        let past = self.now(wanted);
        match wanted {
            Wanted::Argument(place) => {
                let Some((decision, args)) = self.heads.first_mut() else { return Ok(()) };
                let name: String = folded(&text).chars().take(LONGEST_NAME).collect();
                let value = self.policies.argument(*decision, place, &name)?;
                if let Some(slot) = args.get_mut(usize::from(place)) {
                    *slot = Some(value);
                }
            }
            Wanted::Input(input) => {
                let decisions = self.decisions();
                let reader = FactReader::new(self.policies, &decisions);
                reader.answer(input, &text, &mut self.facts).map_err(|e| e.diagnostics().to_vec())?;
                self.order.push(input);
            }
        }
        self.past.push(past);
        Ok(())
    }

    /// It is not known: it stays open and is not asked again.
    pub fn skip(&mut self, wanted: Wanted) {
        let past = self.now(wanted);
        self.skipped.insert(wanted);
        self.past.push(past);
    }

    /// Takes the last answer back; says what it was about, or `None` where there is none.
    pub fn back(&mut self) -> Option<String> {
        let past = self.past.pop()?;
        self.heads = past.heads;
        self.facts = past.facts;
        self.order = past.order;
        self.skipped = past.skipped;
        self.prompt(past.answered, Vec::new()).map(|p| p.name)
    }

    /// What was told here, each as `name=value` for `--set`, in order.
    pub fn settings(&self) -> Vec<String> {
        let symbols = self.symbols();
        let setting = |i: &InputId| {
            let info = symbols.input(*i);
            Some(format!("{}={}", show_name(&info.name), show(self.facts.get(*i)?, &info.ty, symbols)))
        };
        self.order.iter().filter_map(setting).collect()
    }

    /// The decision with its arguments as they are told now, to be read again; `None` where there are several decisions.
    pub fn decision(&self) -> Option<String> {
        let [(decision, args)] = self.heads.as_slice() else { return None };
        let info = self.symbols().decision(*decision);
        let name = show_name(&info.name);
        if args.iter().all(Option::is_none) {
            return Some(name);
        }
        let parts = info.args.iter().zip(args).map(|(a, v)| match v {
            Some(v) => self.symbols().enum_(a.ty).variants.get(usize::from(*v)).map_or("any".to_owned(), |v| show_name(&v.name)),
            None => "any".to_owned(),
        });
        Some(format!("{name} {}", parts.collect::<Vec<_>>().join(if info.arrow { "->" } else { ", " })))
    }

    fn symbols(&self) -> &'p Symbols {
        &self.policies.program.symbols
    }

    /// Each decision once.
    fn decisions(&self) -> Vec<DecisionId> {
        let mut out: Vec<DecisionId> = self.heads.iter().map(|(d, _)| *d).collect();
        out.dedup();
        out
    }

    fn now(&self, answered: Wanted) -> Past {
        let (heads, facts, order) = (self.heads.clone(), self.facts.clone(), self.order.clone());
        Past { answered, heads, facts, order, skipped: self.skipped.clone() }
    }

    /// What a need is about, if it can be asked: an argument only of a single decision, a fact only once.
    fn wanted(&self, need: &Need, reader: &FactReader) -> Option<Wanted> {
        if !need.argument {
            return reader.input(&need.input).filter(|i| self.facts.get(*i).is_none()).map(Wanted::Input);
        }
        let (decision, _) = self.heads.first().filter(|_| self.arguments)?;
        let place = self.symbols().decision(*decision).args.iter().position(|a| a.name == need.input)?;
        u16::try_from(place).ok().map(Wanted::Argument)
    }

    /// The value that a number chooses; a value that is itself called by the number comes first.
    fn chosen(&self, wanted: Wanted, text: &str) -> Option<String> {
        let digits = text.len() < 10 && text.bytes().all(|b| b.is_ascii_digit());
        let number: usize = text.parse().ok().filter(|n| *n > 0 && digits)?;
        let choices = self.choices(wanted);
        if choices.iter().any(|c| c.value == format!("`{text}`")) {
            return None;
        }
        choices.get(number - 1).map(|c| c.value.clone())
    }

    fn prompt(&self, wanted: Wanted, helps: Vec<String>) -> Option<Prompt> {
        let symbols = self.symbols();
        let choices = self.choices(wanted);
        match wanted {
            Wanted::Argument(place) => {
                let (decision, _) = self.heads.first()?;
                let arg = symbols.decision(*decision).args.get(usize::from(place))?;
                let info = symbols.enum_(arg.ty);
                Some(Prompt {
                    wanted,
                    name: arg.name.to_string(),
                    alias: None,
                    ty: info.name.to_string(),
                    unit: None,
                    range: None,
                    question: info.label.as_ref().map(Told::from),
                    example: choices.first().map(|c| c.value.clone()).unwrap_or_default(),
                    choices,
                    helps,
                })
            }
            Wanted::Input(input) => {
                let info = symbols.input(input);
                Some(Prompt {
                    wanted,
                    name: info.name.to_string(),
                    alias: info.alias.as_ref().map(ToString::to_string),
                    ty: info.ty.show(symbols),
                    unit: unit_of(&info.ty),
                    range: info.bounds.as_ref().map(|b| show_interval(b, info.ty.base(), symbols)),
                    question: info.label.as_ref().map(Told::from),
                    example: example_setting(&info.ty, symbols),
                    choices,
                    helps,
                })
            }
        }
    }

    fn choices(&self, wanted: Wanted) -> Vec<Choice> {
        let symbols = self.symbols();
        let said = |value: &str, words: &str| Choice { value: value.to_owned(), words: words.to_owned() };
        let of_enum = |e| {
            let variants = &symbols.enum_(e).variants;
            let words = |alias: Option<&str>, label: Option<Told>| {
                let label = label.map(|l| [Some(l.zh), l.en].into_iter().flatten().collect::<Vec<_>>().join(" / "));
                let label = label.filter(|l| Some(l.as_str()) != alias);
                [alias.map(str::to_owned), label].into_iter().flatten().collect::<Vec<_>>().join("  ")
            };
            let made = variants
                .iter()
                .map(|v| Choice { value: show_name(&v.name), words: words(v.alias.as_deref(), v.label.as_ref().map(Told::from)) });
            made.collect::<Vec<_>>()
        };
        let ty = match wanted {
            Wanted::Argument(place) => {
                let arg = self.heads.first().and_then(|(d, _)| symbols.decision(*d).args.get(usize::from(place)));
                return arg.map_or_else(Vec::new, |a| of_enum(a.ty));
            }
            Wanted::Input(input) => &symbols.input(input).ty,
        };
        let mut choices = match ty.base() {
            Type::Enum(e) => of_enum(*e),
            Type::Boolean => vec![said("true", "是 / yes"), said("false", "否 / no")],
            _ => return Vec::new(),
        };
        if ty.is_optional() {
            choices.push(said("none", "没有 / there is none"));
        }
        choices
    }
}

/// How much a question would help.
#[derive(Debug, Default)]
struct Use {
    /// Outcomes that want it.
    outcomes: usize,
    /// Its places among what they want, added up.
    places: usize,
    names: Vec<String>,
}
