//! In: nothing. Out: the form of an exported file: one type for each kind of object in it. Never here: how a program becomes one (`write.rs`) or is made of one (`read.rs`).
//!
//! What is named here is a promise: a change that an older reader would misread needs a new [`FORMAT`].

use super::node::NodeDoc;
use super::values::{TypeDoc, ValueDoc};
use super::words::{Kind, Mode, Operation, Strong};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The format this polc writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// Declares the objects of the file: all refuse fields they do not know, and leave out what is not there.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $ty:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub(in crate::export) struct $name { $($(#[$about])* pub $field: $ty,)* }
    )*};
}

mod checks;
pub(super) use checks::{Case, Edit, Expect, Fact, Finding, Hedge, Note, Test};

objects! {
    /// Checked policies, exported by `polc export`: everything needed to answer questions without the sources.
    Document {
        /// The format of the file. A reader refuses a number it does not know.
        polc_export: u32,
        /// The polc that wrote it.
        polc: SmolStr,
        /// A digest of the texts of all files, as every answer carries it.
        policies: SmolStr,
        /// A digest of everything else in this file: `sha256:` of it as compact JSON in the order written, this field empty.
        integrity: SmolStr,
        /// How many files were read besides those that ship with polc.
        files_read: u32,
        /// The texts. A second file of one path is called `path#2` elsewhere.
        files: Vec<File>,
        /// The vocabularies.
        vocabularies: Vec<Vocabulary>,
        /// Their enums.
        enums: Vec<Enum>,
        /// Their records.
        records: Vec<Record>,
        /// The facts that may be asked.
        inputs: Vec<Input>,
        /// What can be decided.
        decisions: Vec<Decision>,
        /// The outcomes of decisions, and local definitions.
        outcomes: Vec<Outcome>,
        /// What rules rest on.
        sources: Vec<Source>,
        /// The regions.
        regions: Vec<Region>,
        /// Which of two sources that contradict each other is followed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precedence: Option<Precedence>,
        /// Expressions that stand in several places, or would nest too deep: read in this order, each only names earlier ones.
        parts: Vec<Part>,
        /// What is said, a statement for each outcome.
        statements: Vec<Statement>,
        /// What cannot be together.
        constraints: Vec<Constraint>,
        /// The test blocks.
        tests: Vec<Test>,
        /// Warnings that checking gave.
        diagnostics: Vec<Finding>,
    }

    /// One file of policies.
    File {
        /// Its path when it was read.
        path: SmolStr,
        /// It belongs to the standard vocabulary.
        #[serde(default, skip_serializing_if = "is_false")]
        standard: bool,
        /// On disk a byte-order mark stands before its text; spans in this file do not count it.
        #[serde(default, skip_serializing_if = "is_false")]
        byte_order_mark: bool,
        /// All of it.
        text: String,
    }

    /// A place in a file.
    Place {
        /// The file.
        file: SmolStr,
        /// The line of its start, from 1.
        line: u32,
        /// Bytes of the text (UTF-8): the first, and one past the last.
        span: [u32; 2],
    }

    /// A label in one or two languages.
    Label {
        /// The first text.
        zh: SmolStr,
        /// The second text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        en: Option<SmolStr>,
    }

    /// A vocabulary.
    Vocabulary {
        /// What it is called elsewhere in this file.
        id: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// All names it is found by, where they are not just its id and alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spellings: Option<Vec<SmolStr>>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Where it is first declared.
        at: Place,
    }

    /// A value of an enum.
    Variant {
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Where it is declared.
        at: Place,
    }

    /// An attribute of list items, or a field of a record.
    Field {
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Its type.
        r#type: TypeDoc,
        /// Where it is declared.
        at: Place,
    }

    /// An enum.
    Enum {
        /// What it is called elsewhere in this file: its name, with its vocabulary where that is not enough.
        id: SmolStr,
        /// Its vocabulary.
        vocabulary: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Its values.
        values: Vec<Variant>,
        /// What its values may carry in lists.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attributes: Vec<Field>,
        /// Where it is declared.
        at: Place,
    }

    /// A record.
    Record {
        /// What it is called elsewhere in this file.
        id: SmolStr,
        /// Its vocabulary.
        vocabulary: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its fields.
        fields: Vec<Field>,
        /// Where it is declared.
        at: Place,
    }

    /// A fact that may be asked of a person.
    Input {
        /// What it is called elsewhere in this file.
        id: SmolStr,
        /// Its vocabulary.
        vocabulary: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// The question to ask.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<Label>,
        /// Its type.
        r#type: TypeDoc,
        /// What it can be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bounds: Option<Bounds>,
        /// Where it is declared.
        at: Place,
    }

    /// A range; an end that is missing is unlimited.
    Bounds {
        /// The lower end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<ValueDoc>,
        /// Whether the lower end belongs to it.
        #[serde(default, skip_serializing_if = "is_false")]
        min_inclusive: bool,
        /// The upper end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<ValueDoc>,
        /// Whether the upper end belongs to it.
        #[serde(default, skip_serializing_if = "is_false")]
        max_inclusive: bool,
    }

    /// A decision.
    Decision {
        /// What it is called elsewhere in this file.
        id: SmolStr,
        /// Its vocabulary.
        vocabulary: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Its arguments.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        arguments: Vec<Argument>,
        /// Written with `->` between its arguments.
        #[serde(default, skip_serializing_if = "is_false")]
        arrow: bool,
        /// Where it is declared.
        at: Place,
    }

    /// An argument of a decision.
    Argument {
        /// What it is called elsewhere in this file, such as `transfer.origin`.
        id: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its enum.
        r#enum: SmolStr,
    }

    /// An outcome of a decision, or a local definition.
    Outcome {
        /// What it is called elsewhere in this file, such as `transfer.pooled_balance`.
        id: SmolStr,
        /// Its decision.
        decision: SmolStr,
        /// Its name.
        name: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Its type.
        r#type: TypeDoc,
        /// How whatever it gets is rounded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rounding: Option<Rounding>,
        /// Some people rightly get no answer.
        #[serde(default, skip_serializing_if = "is_false")]
        partial: bool,
        /// Introduced by `let`: read by formulas, no part of an answer.
        #[serde(default, skip_serializing_if = "is_false")]
        local: bool,
        /// Where it is declared.
        at: Place,
    }

    /// Rounding to multiples of a unit.
    Rounding {
        /// Which way.
        mode: Mode,
        /// The unit, a value of the type that is rounded.
        unit: ValueDoc,
    }

    /// A source.
    Source {
        /// Its name.
        id: SmolStr,
        /// Its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<SmolStr>,
        /// What kind of paper it is.
        kind: Kind,
        /// When it was published, as written: a year, month or day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        published: Option<SmolStr>,
        /// The day from which it counts as known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known_from: Option<SmolStr>,
        /// It bears no date, and its author has looked.
        #[serde(default, skip_serializing_if = "is_false")]
        undated: bool,
        /// Where it can be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<SmolStr>,
        /// Its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<SmolStr>,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SmolStr>,
        /// Where it is declared.
        at: Place,
    }

    /// The order of sources that the project chose.
    Precedence {
        /// Kinds of source, the highest first; kinds not named are not compared.
        kinds: Vec<Kind>,
        /// Among sources of one kind the newer one is followed.
        newer: bool,
        /// Where it is said.
        at: Place,
    }

    /// Whom to ask.
    Agency {
        /// Its name or number.
        name: SmolStr,
        /// Where that stands.
        at: Place,
    }

    /// A region.
    Region {
        /// Its name.
        id: SmolStr,
        /// Its alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<SmolStr>,
        /// All names it is found by, where they are not just its id and alias.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spellings: Option<Vec<SmolStr>>,
        /// Its label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// The region it lies in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<SmolStr>,
        /// Whom to ask there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<Agency>,
        /// Where it is first declared.
        at: Place,
    }

    /// An expression that other expressions name by its number (`"op": "part"`).
    Part {
        /// The file it stands in.
        file: SmolStr,
        /// The expression.
        node: NodeDoc,
    }

    /// Goes through a list, once for each item that passes.
    Loop {
        /// The number by which `"op": "item"` names the item.
        slot: u16,
        /// The list.
        list: NodeDoc,
        /// Which items.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<NodeDoc>,
    }

    /// A condition as it is written, without the `and`, `or` and `not` around it: for those who measure what tests have seen.
    Condition {
        /// The number of the expression that is true or false.
        expression: u32,
        /// Where it is written, in the file of its statement.
        span: [u32; 2],
        /// Part of the value: asked where the value counts. Otherwise it governs the statement.
        #[serde(default, skip_serializing_if = "is_false")]
        in_value: bool,
        /// When it is asked at all, the outermost first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        under: Vec<Under>,
    }

    /// A loop by the numbers of its expressions.
    Over {
        /// The number of its item.
        slot: u16,
        /// Its list.
        list: u32,
        /// Which items.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filter: Option<u32>,
    }

    /// Asks somebody.
    Refer {
        /// Whom; the region's own agency when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<SmolStr>,
    }

    /// Something said about an outcome.
    Statement {
        /// Its number: its place in the list.
        id: u32,
        /// The outcome.
        outcome: SmolStr,
        /// Who says it.
        region: SmolStr,
        /// What it does.
        operation: Operation,
        /// `default` yields to others of its region, `final` is never replaced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strength: Option<Strong>,
        /// Rests on a web page alone: a claim, not a rule.
        #[serde(default, skip_serializing_if = "is_false")]
        claim: bool,
        /// For each argument of the decision the values it is about; `null` is any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        head: Vec<Option<Vec<SmolStr>>>,
        /// The condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<NodeDoc>,
        /// The lists it goes through, outermost first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        for_each: Vec<Loop>,
        /// The value.
        value: NodeDoc,
        /// The conditions in it and around it, one by one as they are written. No answer depends on this list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<Condition>,
        /// First day in force.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<SmolStr>,
        /// Last day in force.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<SmolStr>,
        /// The input whose date counts for that, if not the question's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SmolStr>,
        /// Its source.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<SmolStr>,
        /// The section of the source.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        section: Option<SmolStr>,
        /// Its ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<SmolStr>,
        /// The source hedges, with these words (perhaps none).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hedged: Option<SmolStr>,
        /// Refers to an agency beside its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refer: Option<Refer>,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SmolStr>,
        /// The table it is a row of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<Place>,
        /// The statement it replaces when it applies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exception_to: Option<u32>,
        /// Where it stands; its expressions stand in the same file.
        at: Place,
    }

    /// What cannot be together.
    Constraint {
        /// The decision it is about.
        decision: SmolStr,
        /// Outcomes of that decision that it reads.
        outcomes: Vec<SmolStr>,
        /// What must not hold.
        never: NodeDoc,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<Label>,
        /// Where it stands.
        at: Place,
    }
}

/// What a condition stands inside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum Under {
    /// Asked once for each item.
    Item(Over),
    /// Asked only where the expression of this number holds.
    Holds(u32),
    /// Asked only where it does not.
    Fails(u32),
}

pub(in crate::export) fn is_false(b: &bool) -> bool {
    !*b
}
