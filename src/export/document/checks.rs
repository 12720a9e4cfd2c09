//! In: nothing. Out: the form of tests and warnings in an exported file. Never here: running or raising them.

use super::{Place, ValueDoc};
use crate::export::node::NodeDoc;
use crate::export::words::{State, Weight};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

objects! {
    /// A hedge.
    Hedge {
        /// Its words, where they count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<SmolStr>,
    }

    /// A test block.
    Test {
        /// Its name.
        name: SmolStr,
        /// The region it asks in.
        region: SmolStr,
        /// The question's date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<SmolStr>,
        /// What had been published by then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known: Option<SmolStr>,
        /// Its questions.
        cases: Vec<Case>,
        /// Where it stands.
        at: Place,
    }

    /// A question of a test.
    Case {
        /// The decision.
        decision: SmolStr,
        /// Its arguments; `null` is not told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        arguments: Vec<Option<SmolStr>>,
        /// The facts told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facts: Vec<Fact>,
        /// What must come out.
        expects: Vec<Expect>,
        /// Where it stands.
        at: Place,
    }

    /// A fact told.
    Fact {
        /// The input.
        input: SmolStr,
        /// Its value.
        value: ValueDoc,
    }

    /// An expectation.
    Expect {
        /// The outcome.
        outcome: SmolStr,
        /// The status it must have.
        status: State,
        /// The value it must have; several where the source can be read in several ways.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<NodeDoc>,
        /// The inputs that must be asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        needs: Vec<SmolStr>,
        /// The error's code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<SmolStr>,
        /// The agency that must be named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<SmolStr>,
        /// A hedge must be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hedged: Option<Hedge>,
        /// The source that must be cited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<SmolStr>,
        /// The section that must be cited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        section: Option<SmolStr>,
        /// The ids that must be cited.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<SmolStr>,
        /// Where it stands.
        at: Place,
    }

    /// A warning.
    Finding {
        /// Its code.
        code: SmolStr,
        /// How bad it is.
        severity: Weight,
        /// What is wrong.
        message: String,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        primary: Option<Note>,
        /// Other places that explain it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        related: Vec<Note>,
        /// How to mend it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        help: Option<String>,
        /// An edit that mends it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fix: Option<Edit>,
        /// The file it is about when it has no place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    }

    /// A place and what to say about it.
    Note {
        /// Where.
        at: Place,
        /// What stands there; may be empty.
        text: String,
    }

    /// An edit.
    Edit {
        /// What to replace.
        at: Place,
        /// What to put there.
        replacement: String,
    }
}
