//! In: declarations. Out: the tables of everything that has a name, and look-up in them. Never here: statements or expressions.

use crate::source::Span;
use crate::value::{EnumId, Exact, InputId, Interval, Names, RecordId, RegionId, RoundMode, Type, calendar};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index.
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}
id! {
    /// A vocabulary.
    VocabId
}
id! {
    /// A decision.
    DecisionId
}
id! {
    /// An outcome of a decision, or a local definition.
    OutcomeId
}
id! {
    /// A source.
    SourceId
}

/// A label in one or two languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Label {
    /// The first text.
    pub zh: SmolStr,
    /// The second text.
    pub en: Option<SmolStr>,
}

/// A vocabulary.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Vocabulary {
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Where it is first declared.
    pub span: Span,
}

/// One value of an enum.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct VariantInfo {
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Where.
    pub span: Span,
}

/// An attribute of list elements, or a field of a record.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Its type.
    pub ty: Type,
    /// Where.
    pub span: Span,
}

/// An enum.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Enum {
    /// Its vocabulary.
    pub vocab: VocabId,
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Its values.
    pub variants: Vec<VariantInfo>,
    /// Attributes its values may carry in lists.
    pub attributes: Vec<Attribute>,
    /// Names and aliases of its values.
    pub by_name: FxHashMap<SmolStr, u16>,
    /// Where.
    pub span: Span,
}

/// A record.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// Its vocabulary.
    pub vocab: VocabId,
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its fields.
    pub fields: Vec<Attribute>,
    /// Where.
    pub span: Span,
}

/// A fact that may be asked.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Input {
    /// Its vocabulary.
    pub vocab: VocabId,
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// The question to ask.
    pub label: Option<Label>,
    /// Its type.
    pub ty: Type,
    /// What it can be.
    pub bounds: Option<Interval>,
    /// Where.
    pub span: Span,
}

/// An argument of a decision.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: SmolStr,
    /// Its enum.
    pub ty: EnumId,
}

/// A decision.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Decision {
    /// Its vocabulary.
    pub vocab: VocabId,
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Its arguments.
    pub args: Vec<Argument>,
    /// Written with `->`.
    pub arrow: bool,
    /// Its outcomes, declared ones first, then local definitions.
    pub outcomes: Vec<OutcomeId>,
    /// Outcomes and local definitions by name and alias.
    pub by_name: FxHashMap<SmolStr, OutcomeId>,
    /// Where.
    pub span: Span,
}

/// An outcome of a decision or a local definition.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Its decision.
    pub decision: DecisionId,
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// Its type.
    pub ty: Type,
    /// Rounding of everything it gets: mode and unit.
    pub rounding: Option<(RoundMode, Exact)>,
    /// Some people rightly get no answer.
    pub partial: bool,
    /// Introduced by `let`: not part of the answer.
    pub local: bool,
    /// Where.
    pub span: Span,
}

/// What kind of paper a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A law.
    Law,
    /// A regulation.
    Regulation,
    /// A notice of an authority.
    Notice,
    /// A web page: what it says is a claim.
    Web,
}

impl SourceKind {
    /// The words for them, the usual order of authority.
    pub const WORDS: [&str; 4] = ["law", "regulation", "notice", "web"];

    /// The kind behind a word.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "law" => Self::Law,
            "regulation" => Self::Regulation,
            "notice" => Self::Notice,
            "web" => Self::Web,
            _ => return None,
        })
    }

    /// What such a source is called.
    pub fn paper(self) -> &'static str {
        if self == Self::Web { "web page" } else { self.word() }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Regulation => "regulation",
            Self::Notice => "notice",
            Self::Web => "web",
        }
    }
}

/// Which of two sources that contradict each other is followed, as the project says.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Precedence {
    /// Kinds of source, the highest first; kinds that are not named are not compared.
    pub kinds: Vec<SourceKind>,
    /// Among sources of one kind, the one published later.
    pub newer: bool,
    /// Where it is said.
    pub span: Span,
}

/// A source.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// Its name.
    pub name: SmolStr,
    /// Its title.
    pub title: Option<SmolStr>,
    /// Its kind.
    pub kind: SourceKind,
    /// When it was published, as written.
    pub published: Option<SmolStr>,
    /// The day from which it counts as known.
    pub known_from: Option<i64>,
    /// It bears no date, and the author has looked.
    pub undated: bool,
    /// Where it can be read.
    pub url: Option<SmolStr>,
    /// Its number, such as 国办发〔2024〕38号.
    pub number: Option<SmolStr>,
    /// A remark.
    pub note: Option<SmolStr>,
    /// Where.
    pub span: Span,
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Agency {
    /// Its name or number.
    pub text: SmolStr,
    /// Where.
    pub span: Span,
}

/// A region.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Region {
    /// Its name.
    pub name: SmolStr,
    /// Its alias.
    pub alias: Option<SmolStr>,
    /// Its label.
    pub label: Option<Label>,
    /// The region it lies in.
    pub parent: Option<RegionId>,
    /// Whom to ask there.
    pub agency: Option<Agency>,
    /// Itself and its ancestors, the deepest first.
    pub chain: Vec<RegionId>,
    /// Where it is first declared.
    pub span: Span,
}

/// What a name in a vocabulary stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Entry {
    /// An enum.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// An input.
    Input(InputId),
    /// A decision.
    Decision(DecisionId),
}

/// The names one vocabulary declares. Types, inputs and decisions have rooms of their own: an input may be called like its enum.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Scope {
    /// Enums and records.
    pub types: FxHashMap<SmolStr, Entry>,
    /// Inputs.
    pub inputs: FxHashMap<SmolStr, InputId>,
    /// Decisions.
    pub decisions: FxHashMap<SmolStr, DecisionId>,
    /// Values of all enums.
    pub variants: FxHashMap<SmolStr, Vec<(EnumId, u16)>>,
}

/// Everything that has a name.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Symbols {
    /// Vocabularies.
    pub vocabularies: Vec<Vocabulary>,
    /// Enums.
    pub enums: Vec<Enum>,
    /// Records.
    pub records: Vec<Record>,
    /// Inputs.
    pub inputs: Vec<Input>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Outcomes and local definitions.
    pub outcomes: Vec<Outcome>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Which of two sources is followed, if the project says so.
    pub precedence: Option<Precedence>,
    /// Names by vocabulary.
    pub scopes: Vec<Scope>,
    /// Vocabularies by name and alias.
    pub vocab_by_name: FxHashMap<SmolStr, VocabId>,
    /// Sources by name.
    pub source_by_name: FxHashMap<SmolStr, SourceId>,
    /// Regions by name and alias.
    pub region_by_name: FxHashMap<SmolStr, RegionId>,
}

macro_rules! getters {
    ($($name:ident $field:ident $id:ty => $item:ty;)*) => {$(
        /// The entry behind an id.
        pub fn $name(&self, id: $id) -> &$item {
            // Ids are made only by pushing onto these tables, which never shrink.
            #[allow(clippy::indexing_slicing)]
            &self.$field[id.0 as usize]
        }
    )*};
}

impl Symbols {
    getters! {
        vocabulary vocabularies VocabId => Vocabulary;
        enum_ enums EnumId => Enum;
        record records RecordId => Record;
        input inputs InputId => Input;
        decision decisions DecisionId => Decision;
        outcome outcomes OutcomeId => Outcome;
        source sources SourceId => Source;
        region regions RegionId => Region;
    }

    /// The agency a person in a region is sent to: its own, or the nearest one above.
    pub fn agency(&self, region: RegionId) -> Option<&SmolStr> {
        self.region(region).chain.iter().find_map(|&r| self.region(r).agency.as_ref().map(|a| &a.text))
    }

    /// Whether what rests on this source alone is a claim, not a rule.
    pub fn only_claims(&self, source: Option<SourceId>) -> bool {
        source.is_some_and(|s| self.source(s).kind == SourceKind::Web)
    }

    /// Why the first source is followed where the two contradict each other; nothing if the project's precedence does not say.
    pub fn outranks(&self, a: SourceId, b: SourceId) -> Option<String> {
        let order = self.precedence.as_ref()?;
        let (a, b) = (self.source(a), self.source(b));
        let rank = |s: &Source| order.kinds.iter().position(|k| *k == s.kind);
        if a.kind != b.kind {
            let higher = rank(a)? < rank(b)?;
            return higher.then(|| format!("a {} comes before a {}", a.kind.paper(), b.kind.paper()));
        }
        // Of 2025 and 2025-03 neither is certainly the newer.
        let day = |s: &Source| s.published.as_ref().and_then(|p| calendar::parse(p));
        let newer = order.newer && day(a)?.first()? > day(b)?.last()?;
        newer.then(|| format!("published {}, after {}", a.published.as_deref().unwrap_or("?"), b.published.as_deref().unwrap_or("?")))
    }

    /// How deep a region lies below its root.
    pub fn depth(&self, region: RegionId) -> usize {
        self.region(region).chain.len()
    }

    /// `transfer resident->employee`: a decision with arguments, as people write it.
    pub fn head_text(&self, decision: DecisionId, args: &[Option<u16>]) -> String {
        let d = self.decision(decision);
        let parts: Vec<&str> = d.args.iter().zip(args).map(|(a, v)| v.map_or("any", |v| self.variant(a.ty, v))).collect();
        if parts.iter().all(|p| *p == "any") {
            return d.name.to_string();
        }
        format!("{} {}", d.name, parts.join(if d.arrow { "->" } else { ", " }))
    }

    /// `retire.missing`.
    pub fn outcome_text(&self, outcome: OutcomeId) -> String {
        let o = self.outcome(outcome);
        format!("{}.{}", self.decision(o.decision).name, o.name)
    }
}

impl Names for Symbols {
    fn variant(&self, id: EnumId, variant: u16) -> &str {
        self.enums.get(id.0 as usize).and_then(|e| e.variants.get(variant as usize)).map_or("?", |v| &v.name)
    }
    fn variant_count(&self, id: EnumId) -> usize {
        self.enums.get(id.0 as usize).map_or(0, |e| e.variants.len())
    }
    fn region(&self, id: RegionId) -> &str {
        self.regions.get(id.0 as usize).map_or("?", |r| &r.name)
    }
    fn input(&self, id: InputId) -> &str {
        self.inputs.get(id.0 as usize).map_or("?", |i| &i.name)
    }
    fn record_field(&self, id: RecordId, field: usize) -> (&str, Type) {
        self.records.get(id.0 as usize).and_then(|r| r.fields.get(field)).map_or(("?", Type::Text), |f| (f.name.as_str(), f.ty.clone()))
    }
    fn attribute(&self, id: EnumId, attribute: u16) -> (&str, Type) {
        self.enums
            .get(id.0 as usize)
            .and_then(|e| e.attributes.get(attribute as usize))
            .map_or(("?", Type::Flag), |a| (a.name.as_str(), a.ty.clone()))
    }
    fn enum_name(&self, id: EnumId) -> &str {
        self.enums.get(id.0 as usize).map_or("?", |e| &e.name)
    }
    fn record_name(&self, id: RecordId) -> &str {
        self.records.get(id.0 as usize).map_or("?", |r| &r.name)
    }
}
