//! In: two statements about an outcome, a region, a date. Out: the simplest person for whom they clash, replayed by the evaluator; or that there is none, or that it cannot be told. Never here: which statements to compare, wording.

mod condition;
mod conflict;
mod crossing;
mod crowd;
mod extent;
mod gap;
mod hole;
pub(crate) mod people;

pub(crate) use condition::{Conditions, meets};
pub(crate) use conflict::{Reach, conflict, given, reached};
pub(crate) use crossing::crossing;
pub(crate) use crowd::crowd;
pub(crate) use extent::{Extent, extent};
pub(crate) use gap::{GapAsked, gap};
pub(crate) use hole::{Hole, Holes, hole};

use super::explore::{Explored, Leaf, asked_key, explore, replay};
use super::linear::{self, Decided, Solution};
use super::machine::{Frame, Machine, Shared};
use super::settle::{Outcome, Settled};
use super::verdict::{Fate, Verdict, verdicts};
use super::world::{Cell, Stop, Var, World};
use super::{Facts, Question, relevance};
use crate::diagnostics::codes;
use crate::program::{OutcomeId, Program, StmtId};
use crate::value::{Exact, InputId, Interval, Value};
use std::collections::BTreeMap;

/// Worlds looked at for one pair of statements on one date.
const MAX_WORLDS: usize = 4_000;
/// Persons tried in one search: beyond it, nobody is found and nothing is certain.
const MAX_TRIED: usize = 1_500;
/// Facts told only so that the answer asks for nothing more.
const MAX_COMPLETED: usize = 12;

/// How two statements clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Clash {
    /// They stand side by side and say different things.
    Disputes,
    /// Rules that contradict each other: there is no answer.
    Conflicts,
    /// What comes out together cannot be together: a `never` of the vocabulary.
    Forbidden,
    /// The second is a claim, and the first a rule that stands against it.
    Beats,
    /// The source of the first comes before that of the second, by the project's stated precedence.
    Outranks,
    /// The first gives a value, and the second, beside it, only sends to the agency.
    Asks,
    /// The first stands in a deeper region and says something else than the second, a rule of a region above.
    Differs,
    /// The first stands in a deeper region and says something else than the second, a claim of a region above.
    Contradicts,
    /// Nothing gives an answer.
    Unanswered,
}

/// A person with a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// The question.
    pub question: Question,
    /// What is told: no more than is needed.
    pub facts: Facts,
}

/// What a search comes to.
#[derive(Debug)]
pub(crate) enum Search {
    /// They clash for this person, whatever else is true of them.
    Found(Clash, Box<Case>),
    /// Nobody meets it.
    Nobody,
    /// Nobody was found, and it is not certain that there is nobody.
    Undecided,
}

/// Looks for a person for whom `a` and `b` clash when `outcome` is asked; `q` leaves open what may be chosen.
pub(crate) fn clash(p: &Program, q: &Question, outcome: OutcomeId, a: StmtId, b: StmtId) -> Search {
    let hunt = Hunt {
        p,
        q,
        tried: Default::default(),
        outcome,
        look: &|m| look(m, q, outcome, a, b),
        shows: &|kind, case| shows(p, case, outcome, (a, b), kind),
    };
    hunt.run()
}

/// Looks for a person for whom a `never` of the vocabulary does not hold when `outcome` is asked, by what the region itself says.
pub(crate) fn breaks(p: &Program, q: &Question, outcome: OutcomeId, never: usize) -> Search {
    let hunt = Hunt {
        p,
        q,
        tried: Default::default(),
        outcome,
        look: &|m| forbidden(m, q, outcome, never),
        shows: &|_, case| {
            let explored = explore(p, &case.question, &case.facts, outcome);
            let own = |stmts: &[StmtId]| stmts.iter().any(|s| p.statement(*s).region == q.region);
            let broken = |l: &Leaf| l.broken.iter().any(|(i, stmts)| *i == never && own(stmts));
            (!explored.truncated && explored.leaves.iter().any(broken)).then(|| wanted(&explored))
        },
    };
    hunt.run()
}

/// Goes through the worlds of a question until one shows what is looked for.
struct Hunt<'a> {
    p: &'a Program,
    q: &'a Question,
    look: &'a dyn Fn(&mut Machine) -> Look,
    /// What is asked; told apart where an answer is too open.
    outcome: OutcomeId,
    /// Persons tried so far.
    tried: std::cell::Cell<usize>,
    /// Whether a person shows it, and what would still be asked of them.
    shows: &'a dyn Fn(Clash, &Case) -> Option<Vec<Var>>,
}

impl Hunt<'_> {
    fn run(&self) -> Search {
        let mut shared = Shared::default();
        let mut open = vec![(World::default(), Facts::new())];
        let mut seen = 0;
        let mut undecided = false;
        while let Some((world, facts)) = open.pop() {
            seen += 1;
            if seen > MAX_WORLDS || self.tried.get() > MAX_TRIED {
                return Search::Undecided;
            }
            let (look, decided) = seen_in(self.p, self.q, &facts, &world, &mut shared, self.look);
            // Numbers that are to meet what this world says of them do not exist: nobody lives in it.
            let Some(point) = lives(&decided) else { continue };
            match look {
                Look::Clash(kind) => {
                    let explored = Explored { leaves: Vec::new(), truncated: false, met: Vec::new(), shared };
                    if let Some((kind, case)) = self.person(&[kind], &world, &facts, &explored, &[], &point) {
                        return Search::Found(kind, Box::new(case));
                    }
                    shared = explored.shared;
                    undecided = true;
                }
                // Formulas of what is not told: whether they come to the same is tried out.
                Look::Open(values) => {
                    let explored = Explored { leaves: Vec::new(), truncated: false, met: Vec::new(), shared };
                    if let Some((kind, case)) =
                        self.person(&[Clash::Differs, Clash::Contradicts], &world, &facts, &explored, &values, &point)
                    {
                        return Search::Found(kind, Box::new(case));
                    }
                    shared = explored.shared;
                }
                Look::Nothing => {}
                Look::Unclear => undecided = true,
                // What cannot be split is tried out.
                Look::Missing(input) if facts.get(input).is_none() => {
                    let (values, all) = people::wholes(self.p, self.q, input);
                    undecided |= !all;
                    for value in values.into_iter().rev() {
                        let mut more = facts.clone();
                        more.tell(input, value);
                        open.push((world.clone(), more));
                    }
                }
                Look::Missing(_) => undecided = true,
                Look::Split(var, cells) => open.extend(cells.into_iter().rev().map(|c| (world.with(var, c), facts.clone()))),
            }
        }
        if undecided { Search::Undecided } else { Search::Nobody }
    }

    /// The simplest person of a world to whom one of these happens, replayed; what `open` values turn on is told too.
    fn person(
        &self,
        kinds: &[Clash],
        world: &World,
        facts: &Facts,
        explored: &Explored,
        open: &[Value],
        point: &BTreeMap<u32, Exact>,
    ) -> Option<(Clash, Case)> {
        let (p, on) = (self.p, self.q.moment.on);
        let (question, mut options) = people::options(p, self.q, world, facts);
        let mut roots = Vec::new();
        world.cells.keys().for_each(|var| explored.roots(*var, &mut roots));
        open.iter().for_each(|value| explored.open_in(value, &mut roots));
        for root in roots {
            if let Var::Input(i) = root
                && p.symbols.input(i).ty.is_numeric()
            {
                options.entry(i).or_insert_with(|| people::numbers(p, i, &Interval::ALL, on));
            }
        }
        let lens: Vec<usize> = options.values().map(Vec::len).collect();
        // First the numbers that meet the sums of this world, where there are such sums.
        let solved = (!point.is_empty()).then(|| vec![0; lens.len()]);
        for (i, picks) in solved.into_iter().chain(people::trials(&lens)).enumerate() {
            self.tried.set(self.tried.get() + 1);
            if self.tried.get() > MAX_TRIED {
                return None;
            }
            let mut case = Case { question: question.clone(), facts: Facts::new() };
            for ((input, values), pick) in options.iter().zip(picks) {
                if let Some(v) = values.get(pick) {
                    case.facts.tell(*input, v.clone());
                }
            }
            if i == 0 {
                for (origin, x) in point {
                    if let Some(Var::Input(input)) = explored.shared.var(*origin) {
                        case.facts.tell(input, Value::from(*x));
                    }
                }
            }
            if let Some(kind) = kinds.iter().copied().find(|k| (self.shows)(*k, &case).is_some()) {
                let case = self.complete(kind, case);
                return Some((kind, self.simplest(kind, self.fewest(kind, case), &options)));
            }
            // Where an answer is too open to be looked at, more is told first.
            if i == 0 {
                let fuller = self.filled(self.outcome, &case);
                if fuller != case
                    && let Some(kind) = kinds.iter().copied().find(|k| (self.shows)(*k, &fuller).is_some())
                {
                    return Some((kind, self.simplest(kind, self.fewest(kind, fuller), &options)));
                }
            }
        }
        None
    }

    /// Whether a changed case shows it as fully as before.
    fn still(&self, kind: Clash, case: &Case, whole: bool) -> bool {
        (self.shows)(kind, case).is_some_and(|wanted| !whole || wanted.is_empty())
    }

    /// Tells what is still asked for, so that the answer says nothing else: each with the first value that shows the clash as well.
    fn complete(&self, kind: Clash, case: Case) -> Case {
        let mut fuller = case.clone();
        for _ in 0..MAX_COMPLETED {
            let Some(var) = (self.shows)(kind, &fuller).and_then(|wanted| wanted.first().copied()) else { return fuller };
            let options = people::values(self.p, &fuller.question, var);
            let next = options.into_iter().map(|v| people::told(&fuller, var, v)).find(|c| (self.shows)(kind, c).is_some());
            match next {
                Some(next) if next != fuller => fuller = next,
                _ => break,
            }
        }
        if self.still(kind, &fuller, true) { fuller } else { case }
    }

    /// Leaves out every fact and argument without which it shows all the same.
    fn fewest(&self, kind: Clash, mut case: Case) -> Case {
        let whole = self.still(kind, &case, true);
        let told: Vec<InputId> = case.facts.iter().map(|(i, _)| i).collect();
        for input in told {
            let less = Case { question: case.question.clone(), facts: case.facts.without(input) };
            if self.still(kind, &less, whole) {
                case = less;
            }
        }
        for i in 0..case.question.args.len() {
            let mut less = case.clone();
            let Some(slot) = less.question.args.get_mut(i) else { continue };
            if slot.take().is_some() && self.still(kind, &less, whole) {
                case = less;
            }
        }
        case
    }

    /// Puts the simplest value that shows it in place of each that was tried.
    fn simplest(&self, kind: Clash, mut case: Case, options: &BTreeMap<InputId, Vec<Value>>) -> Case {
        let whole = self.still(kind, &case, true);
        // A simpler value of one may be what allows a simpler value of another.
        loop {
            let before = case.clone();
            for (input, values) in options {
                let Some(own) = case.facts.get(*input).cloned() else { continue };
                for v in values.iter().take_while(|v| **v != own) {
                    let mut simpler = case.clone();
                    simpler.facts.tell(*input, v.clone());
                    if self.still(kind, &simpler, whole) {
                        case = simpler;
                        break;
                    }
                }
            }
            // Each round puts an earlier value in place of a later one, so this ends.
            if case == before {
                return case;
            }
        }
    }
}

/// What a world shows, and what it decided about sums of unknown numbers.
fn seen_in(
    p: &Program,
    q: &Question,
    facts: &Facts,
    world: &World,
    shared: &mut Shared,
    look: impl FnOnce(&mut Machine) -> Look,
) -> (Look, Vec<Decided>) {
    replay(p, q, facts, world, shared, |m| {
        m.exact = true;
        let look = look(m);
        (look, std::mem::take(&mut m.decided))
    })
}

/// Numbers that meet all of this, as far as some were found; nothing if there are none.
fn lives(decided: &[Decided]) -> Option<BTreeMap<u32, Exact>> {
    if decided.is_empty() {
        return Some(BTreeMap::new());
    }
    match linear::solve(decided) {
        Solution::None => None,
        Solution::Perhaps(point) => Some(point),
    }
}

/// What one world shows.
enum Look {
    Clash(Clash),
    Nothing,
    Unclear,
    Missing(InputId),
    /// The first gives the answer and the second agrees as far as can be told without facts; the values of both.
    Open(Vec<Value>),
    Split(Var, Vec<Cell>),
}

fn look(m: &mut Machine, q: &Question, outcome: OutcomeId, a: StmtId, b: StmtId) -> Look {
    let key = asked_key(q, outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    for s in [a, b] {
        let mut base = s;
        while let Some(outer) = m.p.statement(base).exception_of {
            base = outer;
        }
        match m.active(&[base], &frame) {
            Ok(active) if active.iter().any(|x| x.stmt == s) => {}
            Ok(_) => return Look::Nothing,
            Err(Stop::Split(var, cells)) => return Look::Split(var, cells),
            Err(Stop::NoRule(_)) => return Look::Nothing,
            Err(Stop::Missing(i)) => return Look::Missing(i),
            Err(_) => return Look::Unclear,
        }
    }
    match m.settle(key.clone(), None) {
        Err(Stop::Split(Var::Dispute(n), _)) if n == number && parted(m.shared.sides.get(&n), a, b) => Look::Clash(Clash::Disputes),
        Err(Stop::Split(var, cells)) => Look::Split(var, cells),
        Err(_) => Look::Unclear,
        Ok(settled) => {
            let verdicts = verdicts(m, &key, &settled);
            match against(m.p, &settled, &verdicts, a, b) {
                // What only passes on a dispute that the other is a side of says nothing against it.
                Some(Clash::Differs | Clash::Contradicts) if passed_on(m, b) => Look::Nothing,
                Some(kind) => Look::Clash(kind),
                None => match &settled.result {
                    Outcome::Missing(i) => Look::Missing(*i),
                    Outcome::Value(v, _) => match verdicts.iter().find(|x| x.stmt == b && x.fate == Fate::Confirmed) {
                        Some(Verdict { value: Some(w), .. }) if v != w && settled.winners.contains(&a) && (unknown(v) || unknown(w)) => {
                            Look::Open(vec![v.clone(), w.clone()])
                        }
                        _ => Look::Nothing,
                    },
                    _ => Look::Nothing,
                },
            }
        }
    }
}

/// Whether this world follows another side than `b` in a dispute elsewhere that `b` has a side in.
fn passed_on(m: &Machine, b: StmtId) -> bool {
    m.world.cells.keys().any(|var| {
        let Var::Dispute(key) = var else { return false };
        let Some(sides) = m.shared.sides.get(key) else { return false };
        let followed = m.world.chosen(var).and_then(|i| sides.get(i as usize));
        sides.iter().any(|s| s.contains(&b)) && followed.is_some_and(|s| !s.contains(&b))
    })
}

/// A number that turns on facts or stated ranges.
fn unknown(v: &Value) -> bool {
    matches!(v, Value::Num(n) if n.as_exact().is_none())
}

fn forbidden(m: &mut Machine, q: &Question, outcome: OutcomeId, never: usize) -> Look {
    let key = asked_key(q, outcome);
    let number = m.shared.key(key.clone());
    let frame = Frame { number, args: key.args.clone(), region: key.region };
    let Some(condition) = m.p.nevers.get(never).map(|n| n.condition) else { return Look::Nothing };
    m.used.clear();
    match m.holds(condition, &frame) {
        Ok(false) => return Look::Nothing,
        Ok(true) => {}
        // What one value among several could be does not break it: another could be meant.
        Err(Stop::Split(Var::Member(_) | Var::Range(..) | Var::Derived(..) | Var::Opaque(..), _)) => return Look::Nothing,
        Err(Stop::Split(var, cells)) => return Look::Split(var, cells),
        Err(Stop::Missing(i)) => return Look::Missing(i),
        Err(Stop::Unknown) => return Look::Unclear,
        Err(_) => return Look::Nothing,
    }
    let used = std::mem::take(&mut m.used);
    if used.iter().any(|s| m.p.statement(*s).region == q.region) { Look::Clash(Clash::Forbidden) } else { Look::Nothing }
}

/// Whether two statements stand on different sides.
fn parted(sides: Option<&Vec<Vec<StmtId>>>, a: StmtId, b: StmtId) -> bool {
    let of = |s: StmtId| sides.into_iter().flatten().position(|side| side.contains(&s));
    // What both sides rest on separates nothing.
    let shared = |s: StmtId| sides.into_iter().flatten().filter(|side| side.contains(&s)).count() > 1;
    matches!((of(a), of(b)), (Some(x), Some(y)) if x != y) && !shared(a) && !shared(b)
}

/// How the two clash where an outcome is settled.
fn against(p: &Program, settled: &Settled, verdicts: &[Verdict], a: StmtId, b: StmtId) -> Option<Clash> {
    if let Outcome::Fault(f) = &settled.result {
        let contradict = f.code == codes::E0803.id || f.code == codes::E0808.id;
        return (contradict && f.stmts.contains(&a) && f.stmts.contains(&b)).then_some(Clash::Conflicts);
    }
    let stands = settled.winners.contains(&a) && !settled.winners.contains(&b);
    let verdict = verdicts.iter().find(|v| v.stmt == b)?;
    match verdict.fate {
        Fate::Confirmed if stands && verdict.only_asks() && p.statement(a).region == p.statement(b).region => Some(Clash::Asks),
        Fate::Beaten if stands => Some(Clash::Beats),
        Fate::Outranked if stands => Some(Clash::Outranks),
        Fate::Overridden if stands => Some(Clash::Differs),
        Fate::Contradicts if stands => Some(Clash::Contradicts),
        _ => None,
    }
}

/// What the evaluator still asks for.
fn wanted(explored: &Explored) -> Vec<Var> {
    let groups = relevance::groups(explored);
    let relevant = relevance::relevant(explored, &groups);
    relevance::wanted(explored, &groups, &relevant)
}

/// Whether the two clash in this way for a person, whatever was not told; and what their answer would still ask for.
fn shows(p: &Program, case: &Case, outcome: OutcomeId, (a, b): (StmtId, StmtId), kind: Clash) -> Option<Vec<Var>> {
    let explored = explore(p, &case.question, &case.facts, outcome);
    if explored.truncated || explored.leaves.is_empty() {
        return None;
    }
    if kind != Clash::Disputes {
        // Where others dispute what `a` says, it holds on the side that follows `a`.
        let on = |l: &Leaf| against(p, &l.settled, &l.verdicts, a, b) == Some(kind);
        let aside = |l: &Leaf| l.verdicts.iter().any(|v| v.stmt == a && v.fate == Fate::Disputes);
        return (explored.leaves.iter().any(on) && explored.leaves.iter().all(|l| on(l) || aside(l))).then(Vec::new);
    }
    let number = explored.shared.keys.get_index_of(&asked_key(&case.question, outcome)).and_then(|n| u32::try_from(n).ok())?;
    let var = Var::Dispute(number);
    let gives = |x: StmtId, y: StmtId| explored.leaves.iter().any(|l| l.settled.winners.contains(&x) && !l.settled.winners.contains(&y));
    let shown = explored.leaves.iter().all(|l| l.world.cells.contains_key(&var)) && gives(a, b) && gives(b, a);
    // What adjusts both may leave them with one value: then nothing is disputed.
    let same =
        |l: &Leaf, m: &Leaf| matches!((&l.settled.result, &m.settled.result), (Outcome::Value(v, _), Outcome::Value(w, _)) if v == w);
    let one = explored.leaves.iter().skip(1).all(|l| explored.leaves.first().is_some_and(|f| same(f, l)));
    (shown && !one).then(|| wanted(&explored))
}
