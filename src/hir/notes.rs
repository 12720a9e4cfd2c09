//! In: one file, as parsed and as checked. Out: what has to be known of it so that other files can be checked again without it. Never here: findings, statements.

use super::{OutcomeId, SourceId, Symbols, VocabId};
use crate::source::{FileId, SourceMap};
use crate::syntax::ast;
use crate::value::{Exact, InputId, RegionId};
use sha2::{Digest, Sha256};

/// What a file declares and uses. Ids are those of the run that made the notes.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Notes {
    /// Which file.
    pub file: FileId,
    /// Digest of everything it declares, places left out: as long as it stays, every name means what it meant.
    pub declares: [u8; 16],
    /// Whether the file may be checked again by itself. Not if it declares a vocabulary or an order of sources, or if something is wrong about what it declares.
    pub alone: bool,
    /// It says what cannot be together.
    pub nevers: bool,
    /// The regions of which it says something.
    pub speaks: Vec<RegionId>,
    /// The local definitions in it, in order, again where they stand again.
    pub lets: Vec<OutcomeId>,
    /// Inputs it reads.
    pub inputs: Vec<InputId>,
    /// Outcomes it reads.
    pub outcomes: Vec<OutcomeId>,
    /// Sources it cites.
    pub sources: Vec<SourceId>,
    /// Of each local definition in it the step its values here are multiples of.
    pub steps: Vec<(OutcomeId, Option<Exact>)>,
}

impl Notes {
    /// What the text of a file tells; the rest is filled in as it is checked.
    pub(super) fn of(map: &SourceMap, symbols: &Symbols, file: &ast::File, scope: &[VocabId]) -> Notes {
        let mut notes = Notes {
            file: file.id,
            declares: declares(map, file),
            alone: true,
            nevers: false,
            speaks: Vec::new(),
            lets: Vec::new(),
            inputs: Vec::new(),
            outcomes: Vec::new(),
            sources: Vec::new(),
            steps: Vec::new(),
        };
        for item in &file.items {
            match item {
                ast::Item::Vocabulary(_) | ast::Item::Precedence(_) => notes.alone = false,
                ast::Item::Region(r) => {
                    let decides = || r.items.iter().filter_map(|i| if let ast::RegionItem::Decide(d) = i { Some(d) } else { None });
                    if decides().next().is_some() {
                        notes.speaks.extend(symbols.region_by_name.get(&r.named.name.text));
                    }
                    for d in decides() {
                        let decision = scope.iter().find_map(|v| symbols.scopes.get(v.at())?.decisions.get(&d.head.decision.text));
                        let Some(decision) = decision.map(|d| symbols.decision(*d)) else { continue };
                        super::declare::lets(&d.body, &mut |l| {
                            notes.lets.extend(decision.by_name.get(&l.name.text).filter(|o| symbols.outcome(**o).local));
                        });
                    }
                }
                ast::Item::Source(_) | ast::Item::Test(_) => {}
            }
        }
        notes.speaks.sort_unstable();
        notes.speaks.dedup();
        notes
    }
}

/// Everything a file declares, in its order, without the places.
fn declares(map: &SourceMap, file: &ast::File) -> [u8; 16] {
    let mut all = Sha256::new();
    let mut say = |kind: u8, text: &str| {
        all.update([kind]);
        all.update((text.len() as u64).to_le_bytes());
        all.update(text.as_bytes());
    };
    file.uses.iter().for_each(|u| say(0, &u.text));
    for item in &file.items {
        match item {
            ast::Item::Source(s) => say(1, map.snippet(s.span)),
            ast::Item::Vocabulary(v) => say(2, map.snippet(v.span)),
            ast::Item::Precedence(p) => say(3, map.snippet(p.span)),
            ast::Item::Region(r) => {
                say(4, &r.named.name.text);
                r.named.alias.iter().for_each(|a| say(5, &a.text));
                if let Some(label) = &r.named.label {
                    say(6, &label.zh.text);
                    label.en.iter().for_each(|t| say(7, &t.text));
                }
                r.parent.iter().for_each(|p| say(8, &p.text));
                for item in &r.items {
                    match item {
                        ast::RegionItem::Agency(a) => say(9, &a.text),
                        ast::RegionItem::Decide(d) => super::declare::lets(&d.body, &mut |l| {
                            say(10, &d.head.decision.text);
                            say(11, &l.name.text);
                        }),
                    }
                }
            }
            ast::Item::Test(_) => {}
        }
    }
    let whole: [u8; 32] = all.finalize().into();
    whole.first_chunk::<16>().copied().unwrap_or_default()
}
