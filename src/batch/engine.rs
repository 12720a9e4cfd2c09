//! In: people, a question. Out: the answers for each of them. Never here: reading people, writing answers, what statements mean (`eval`).

use super::answers::{Form, Outcome};
use super::layout::{Layout, Where};
use super::people::People;
use crate::Policies;
use crate::eval::{Moment, Question};
use crate::policies::Detail as Told;
use crate::policies::Head;
use crate::value::{InputId, RegionId};

/// What answers people.
#[derive(Debug)]
pub(super) struct Engine<'p> {
    policies: &'p Policies,
    head: Head,
    region: Option<RegionId>,
    moment: Moment,
}

impl<'p> Engine<'p> {
    pub fn new(layout: &Layout<'p>, moment: Moment) -> Engine<'p> {
        let region = match layout.region {
            Where::One(region) => Some(region),
            Where::Column(_) => None,
        };
        Engine { policies: layout.policies, head: layout.head.clone(), region, moment }
    }

    /// Inputs whose numbers are wanted times something.
    pub fn scales(&self) -> Vec<(InputId, i64)> {
        Vec::new()
    }

    /// The answers for a chunk.
    pub fn answer(&self, form: &Form, people: &People) -> Vec<Outcome> {
        let symbols = &self.policies.program.symbols;
        let mut outcomes: Vec<Outcome> = form.outcomes.iter().map(|a| Outcome::new(form, a, symbols, people.rows)).collect();
        let mut bad = people.bad.iter().copied().peekable();
        for row in 0..people.rows {
            if bad.peek() == Some(&row) {
                bad.next();
                continue;
            }
            let Some(question) = self.question(people, row) else { continue };
            let facts = people.facts(row);
            for (outcome, asked) in outcomes.iter_mut().zip(&form.outcomes) {
                outcome.answer(row, &self.policies.answer_outcome(&question, &facts, asked.id, Told::default()));
            }
        }
        outcomes
    }

    /// The question of a row; none where no region is told.
    fn question(&self, people: &People, row: usize) -> Option<Question> {
        let region = match self.region {
            Some(region) => region,
            None => RegionId(u32::try_from(*people.regions.get(row)?).ok()?),
        };
        let mut args = self.head.1.clone();
        for (arg, codes) in args.iter_mut().zip(&people.arguments) {
            if let Some(code) = codes.as_ref().and_then(|c| c.get(row)) {
                *arg = u16::try_from(*code).ok().or(*arg);
            }
        }
        Some(Question { region, decision: self.head.0, args, moment: self.moment })
    }
}
