//! In: an outcome declared `partial` and a region that says something about it. Out: a hole between two of its cases: less of a number is answered, and more of it, with somebody in between who is not. Never here: outcomes that ought to be answered for everybody (`gaps.rs`).

use super::ground::{self, Ground};
use super::{Finding, undecided};
use crate::diagnostics::{Diagnostic, codes};
use crate::eval::{Hole, Holes, hole};
use crate::program::{Node, OutcomeId, Program, StmtId};
use crate::value::{RegionId, show};

pub(super) fn check(g: &Ground, outcome: OutcomeId, region: RegionId) -> Vec<Finding> {
    let p = g.p;
    let info = p.symbols.outcome(outcome);
    let Some(shelf) = p.shelf(outcome, region) else { return Vec::new() };
    if !info.partial || info.local {
        return Vec::new();
    }
    let own: Vec<StmtId> = ground::flat(p, shelf.giving());
    let chain = p.symbols.region(region).chain.iter().filter_map(|r| p.shelf(outcome, *r));
    let cases = chain.flat_map(|s| ground::flat(p, s.giving())).filter(|s| compares(p, *s)).count();
    // Two cases at least, told apart by a number.
    if cases < 2 || !own.iter().any(|s| compares(p, *s)) {
        return Vec::new();
    }
    let mut outcomes = g.closure(outcome).to_vec();
    outcomes.push(outcome);
    let (days, mut whole) = g.days(&outcomes, region, (None, None));
    // The last days first: they are those that people ask about.
    for on in days.iter().rev() {
        match hole(p, &g.question(outcome, region, *on, None), outcome) {
            Holes::Found(hole) => return vec![Finding::Certain(report(g, outcome, region, &hole))],
            Holes::Nobody => {}
            Holes::Undecided => whole = false,
        }
    }
    if whole {
        return Vec::new();
    }
    let message = format!(
        "whether `{}` in {} says nothing between two of its cases could not be decided",
        g.outcome_name(outcome),
        g.region_name(region)
    );
    own.iter().min_by_key(|s| p.statement(**s).span).map(|s| undecided(g, &[*s], message)).into_iter().collect()
}

/// Whether a statement's conditions compare a number of the person with something.
fn compares(p: &Program, s: StmtId) -> bool {
    let mut found = false;
    let mut next = Some(s);
    while let Some(s) = next {
        let stmt = p.statement(s);
        if let Some(w) = stmt.when {
            ground::walk(p, w, &mut |n| {
                if let Node::Compare(_, a, b) = n {
                    found |= [a, b].iter().any(|x| matches!(p.node(**x), Node::Input(_)));
                }
            });
        }
        next = stmt.exception_of;
    }
    found
}

fn report(g: &Ground, outcome: OutcomeId, region: RegionId, hole: &Hole) -> Diagnostic {
    let p = g.p;
    let input = p.symbols.input(hole.input);
    let text = |v| format!("{} = {}", input.name, show(v, &input.ty, &p.symbols));
    let message = format!(
        "`{}` in {} says nothing between two of its cases: {}",
        g.outcome_name(outcome),
        g.region_name(region),
        g.person(&hole.case)
    );
    let d = Diagnostic::at(&codes::N0613, p.statement(hole.below.1).span, message);
    let d = if hole.below.1 == hole.above.1 {
        d.label(format!("answers with {} and with {}", text(&hole.below.0), text(&hole.above.0)))
    } else {
        d.label(format!("answers with {}", text(&hole.below.0)))
            .related(p.statement(hole.above.1).span, format!("answers with {}", text(&hole.above.0)))
    };
    d.help("if the source says nothing of them either, nothing is to mend; otherwise correct the limits, or add what holds in between")
}
