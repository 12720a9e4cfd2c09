//! In: policies, several regions, a date, perhaps facts. Out: the same questions side by side as data, each with whether the regions differ. Never here: layout.

use super::gather::Teller;
use super::judge::{Judged, family, judge};
use super::layout::whole;
use super::people::{Group, asked, groups, told};
use super::words::name;
use super::{Name, SHEET_VERSION, Said, Scope};
use crate::eval::{Facts, OutcomeAnswer, Question, Referral, Status};
use crate::hir::DecisionId;
use crate::policies::{Detail, Policies, date};
use crate::program::{OutcomeId, Program, StmtId};
use crate::report::headline;
use crate::value::RegionId;
use serde::{Deserialize, Serialize};

/// Regions side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that wrote it.
    pub polc: String,
    /// A digest of the policies, `sha256:…`.
    pub policies: String,
    /// The regions, in the order asked for.
    pub regions: Vec<Name>,
    /// The question's date.
    pub on: String,
    /// What had been published by then; everything if absent.
    pub known: Option<String>,
    /// Answers for one person; else for nobody in particular.
    pub person: bool,
    /// What at least one of them has something to say about.
    pub decisions: Vec<Compared>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The decision.
    pub decision: Name,
    /// A row for each outcome, and for each group of people for whom it is not the same.
    pub rows: Vec<Row>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Whom it is about, as written: `resident->employee`; empty for everybody.
    pub arguments: Vec<String>,
    /// The outcome.
    pub outcome: Name,
    /// A local definition: there only where regions differ in it, since other rows turn on it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub local: bool,
    /// The regions do not all say the same.
    pub differs: bool,
    /// A cell for each region.
    pub cells: Vec<Cell>,
}

/// What one region says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The value, or what it turns on, a line each; empty where nothing is said.
    pub text: Vec<String>,
    /// How it comes out; absent where nothing is said.
    pub status: Option<Status>,
    /// The regions above that say it, where none of it is the region's own.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub inherited: Vec<String>,
    /// The hedges it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hedged: Vec<String>,
    /// Ids of what it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ids: Vec<String>,
    /// Sources contradict each other about it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub disputed: bool,
    /// Rules contradict each other: there is no answer, for somebody at least.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub conflicts: bool,
}

impl Comparison {
    /// Leaves out rows in which the regions do not differ.
    pub fn keep_differences(&mut self) {
        self.decisions.iter_mut().for_each(|d| d.rows.retain(|r| r.differs));
        self.decisions.retain(|d| !d.rows.is_empty());
    }
}

/// What a cell means, for comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Nothing,
    /// Status, and each value with whom to ask.
    Answer(Status, Vec<(String, Option<String>)>),
    /// What it turns on, as the program has it, and whether something contradicts itself there.
    Formula(Vec<String>, bool),
}

/// Puts regions side by side; cells are the answers for the person, if `facts` are told.
pub fn compare(policies: &Policies, regions: &[RegionId], scope: &Scope, facts: &Facts) -> Comparison {
    let symbols = &policies.program.symbols;
    let mut chains: Vec<RegionId> = regions.iter().flat_map(|r| symbols.region(*r).chain.iter().copied()).collect();
    chains.sort_unstable();
    chains.dedup();
    let person = facts.iter().next().is_some();
    let side = Side { policies, regions, scope, facts: person.then_some(facts), teller: Teller::new(policies, &chains, scope.moment) };
    let said =
        |d: &DecisionId| symbols.decision(*d).outcomes.iter().any(|o| chains.iter().any(|r| policies.program.shelf(*o, *r).is_some()));
    let decisions = (0..symbols.decisions.len()).filter_map(|i| Some(DecisionId(u32::try_from(i).ok()?))).filter(said);
    let decisions = decisions.filter(|d| scope.decision.as_ref().is_none_or(|(only, _)| only == d));
    let named = |r: &RegionId| {
        let r = symbols.region(*r);
        name(&r.name, r.alias.as_ref(), r.label.as_ref())
    };
    let compared = decisions.filter_map(|d| {
        let groups = groups(&policies.program, d, scope.decision.as_ref().map(|(_, args)| args.as_slice()), &chains);
        let rows: Vec<Row> = symbols.decision(d).outcomes.iter().flat_map(|o| side.rows(d, *o, &groups)).collect();
        let info = symbols.decision(d);
        (!rows.is_empty()).then(|| Compared { decision: name(&info.name, info.alias.as_ref(), info.label.as_ref()), rows })
    });
    Comparison {
        version: SHEET_VERSION,
        polc: env!("CARGO_PKG_VERSION").to_string(),
        policies: policies.digest().to_string(),
        regions: regions.iter().map(named).collect(),
        on: date(scope.moment.on),
        known: scope.moment.known.map(date),
        person,
        decisions: compared.collect(),
    }
}

struct Side<'a> {
    policies: &'a Policies,
    regions: &'a [RegionId],
    scope: &'a Scope,
    facts: Option<&'a Facts>,
    teller: Teller<'a>,
}

impl Side<'_> {
    /// The rows of one outcome: people to whom every region says just the same share one.
    fn rows(&self, decision: DecisionId, outcome: OutcomeId, groups: &[Group]) -> Vec<Row> {
        let info = self.policies.program.symbols.outcome(outcome);
        let mut out: Vec<(Row, Vec<Group>)> = Vec::new();
        // A person's answers tell what they come to.
        if info.local && self.facts.is_some() {
            return Vec::new();
        }
        for group in groups {
            let args = asked(&self.policies.program, decision, group);
            let cells: Vec<(Cell, Meaning)> = self.regions.iter().map(|r| self.cell(*r, decision, outcome, &args)).collect();
            if cells.iter().all(|(_, m)| *m == Meaning::Nothing) {
                continue;
            }
            let differs = cells.windows(2).any(|w| matches!(w, [(_, a), (_, b)] if a != b));
            // A region without it says nothing in the same words.
            let mut defined = cells.iter().map(|(_, m)| m).filter(|m| **m != Meaning::Nothing);
            if info.local && defined.next().is_none_or(|first| defined.all(|m| m == first)) {
                continue;
            }
            let cells: Vec<Cell> = cells.into_iter().map(|(c, _)| c).collect();
            match out.iter_mut().find(|(r, _)| r.cells == cells && r.differs == differs) {
                Some((_, people)) => people.push(group.clone()),
                None => {
                    let outcome = name(&info.name, info.alias.as_ref(), info.label.as_ref());
                    out.push((Row { arguments: Vec::new(), outcome, local: info.local, differs, cells }, vec![group.clone()]));
                }
            }
        }
        out.into_iter().map(|(row, people)| Row { arguments: told(&self.policies.program, decision, &people), ..row }).collect()
    }

    fn cell(&self, region: RegionId, decision: DecisionId, outcome: OutcomeId, args: &[Option<u16>]) -> (Cell, Meaning) {
        let p = &self.policies.program;
        let (inherited, hedged, ids) = (Vec::new(), Vec::new(), Vec::new());
        let empty = Cell { text: Vec::new(), status: None, inherited, hedged, ids, disputed: false, conflicts: false };
        let judged = judge(self.policies, region, outcome, args, self.scope.moment);
        if judged.bases.is_empty() {
            return (empty, Meaning::Nothing);
        }
        let question = Question { region, decision, args: args.to_vec(), moment: self.scope.moment };
        let nobody = Facts::new();
        let answer = self.policies.answer_outcome(&question, self.facts.unwrap_or(&nobody), outcome, Detail::default());
        let own = p.symbols.region(region).name.as_str();
        if self.facts.is_none() && (answer.status == Status::Needs || answer.truncated) {
            return self.formula(region, &judged, &answer, empty);
        }
        let text = match answer.status {
            Status::Needs => format!("needs {}", headline(&answer)),
            Status::NoRule => "no rule".to_owned(),
            _ => headline(&answer),
        };
        if answer.status == Status::NoRule && self.facts.is_none() {
            return (empty, Meaning::Nothing);
        }
        let mut cell = Cell {
            text: vec![text],
            status: Some(answer.status),
            disputed: answer.status == Status::Disputed,
            conflicts: answer.status == Status::Error,
            ..empty
        };
        let rules = || answer.alternatives.iter().flat_map(|a| &a.rules);
        if answer.status != Status::Needs && rules().all(|r| r.region != own) {
            cell.inherited = rules().map(|r| r.region.clone()).collect();
        }
        cell.hedged = answer.alternatives.iter().flat_map(|a| a.hedges.iter().cloned()).collect();
        cell.ids = rules().flat_map(|r| r.ids.iter().cloned()).collect();
        tidy(&mut cell);
        let agency = |r: &Referral| r.agency.clone().unwrap_or_default();
        let mut values: Vec<_> = answer.alternatives.iter().map(|a| (a.text.clone(), a.refer.as_ref().map(agency))).collect();
        values.sort();
        if answer.status == Status::Needs {
            values = answer.needs.iter().map(|n| (n.input.clone(), None)).collect();
        }
        (cell, Meaning::Answer(answer.status, values))
    }

    /// What an answer turns on: every statement that counts for somebody.
    fn formula(&self, region: RegionId, judged: &Judged, answer: &OutcomeAnswer, empty: Cell) -> (Cell, Meaning) {
        let p = &self.policies.program;
        let own = p.symbols.region(region).name.as_str();
        let said: Vec<(StmtId, Said)> =
            judged.bases.iter().copied().filter(|s| judged.counts(p, *s)).map(|s| (s, self.teller.said(region, judged, s))).collect();
        let mut cell = Cell { status: Some(answer.status), ..empty };
        let mut meaning: Vec<String> = Vec::new();
        let mixed = said.iter().any(|(_, s)| !s.inherited);
        for (id, s) in &said {
            let from = if s.inherited && mixed { format!(" ↑{}", s.region) } else { String::new() };
            // Sources that say just the same say it once.
            let means = program(p, *id);
            if !meaning.contains(&means) {
                cell.text.push(format!("{}{from}", whole(s)));
                meaning.push(means);
            }
            cell.hedged.extend(s.hedged.clone());
            cell.ids.extend(s.ids.iter().cloned());
            cell.inherited.push(s.region.clone());
        }
        if cell.inherited.iter().any(|r| r == own) {
            cell.inherited.clear();
        }
        let ids: Vec<StmtId> = said.iter().map(|(s, _)| *s).collect();
        let marks = judged.marks(p, &ids);
        cell.disputed = marks.disputed.is_some() || !marks.forbidden.is_empty();
        tidy(&mut cell);
        meaning.sort();
        cell.conflicts = marks.conflicts;
        let troubled = cell.disputed || cell.conflicts;
        (cell, Meaning::Formula(meaning, troubled))
    }
}

fn tidy(cell: &mut Cell) {
    for list in [&mut cell.inherited, &mut cell.hedged, &mut cell.ids] {
        list.sort();
        list.dedup();
    }
}

/// A statement as the program has it, the same wherever it stands.
fn program(p: &Program, id: StmtId) -> String {
    let one = |id: StmtId| {
        let s = p.statement(id);
        let when = s.when.map_or(String::new(), |w| p.node_text(w));
        let each: Vec<String> = s.each.iter().map(|l| format!("{} {:?}", p.node_text(l.list), l.filter.map(|f| p.node_text(f)))).collect();
        let refer = s.refer.as_ref().map(|r| r.as_deref().unwrap_or("").to_owned());
        format!("{:?} {:?} {} each {each:?} when {when} refer {refer:?} by {:?}", s.op, s.strength, p.node_text(s.value), s.by)
    };
    family(p, id).into_iter().map(one).collect::<Vec<_>>().join(" except ")
}
