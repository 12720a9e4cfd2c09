//! In: what a run over a table came to. Out: it as data, one JSON document, and lines for people. Never here: the answers themselves.

use super::answers::{Counts, STATUSES};
use super::people::Fault;
use serde::Serialize;

/// Version of the document; grows when a field changes its meaning or goes.
pub const SUMMARY_VERSION: u32 = 1;
/// The most bad rows that are told one by one.
pub const MAX_BAD_ROWS: usize = 10;

/// What a run over a table came to: what `polc batch --summary` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that answered.
    pub polc: String,
    /// A digest of the policies asked, `sha256:…`.
    #[cfg_attr(test, schemars(regex(pattern = "^sha256:[0-9a-f]{64}$")))]
    pub policies: String,
    /// The decision with the arguments that are the same for everybody.
    pub decision: String,
    /// The region everybody is asked about in; `null` if each row names its own.
    pub region: Option<String>,
    /// The date of the question.
    #[cfg_attr(test, schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub on: String,
    /// What had been published by then; unlimited if `null`.
    pub known: Option<String>,
    /// Rows read.
    pub rows: u64,
    /// Rows written: the same number, if the run came to its end.
    pub written: u64,
    /// Rows with something wrong in them.
    pub bad_rows: u64,
    /// The first of them, in the order of the table.
    pub first_bad: Vec<BadRow>,
    /// How each outcome came out, in the order of the columns.
    pub outcomes: Vec<OutcomeSummary>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BadRow {
    /// The row, from 1.
    pub row: u64,
    /// The line, from 1; tables of Parquet have none.
    pub line: Option<u64>,
    /// The column; `null` when it is about the whole row.
    pub column: Option<String>,
    /// The code, which `polc explain` explains.
    #[cfg_attr(test, schemars(regex(pattern = "^E[0-9]{4}$")))]
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl From<&Fault> for BadRow {
    fn from(f: &Fault) -> Self {
        BadRow {
            row: f.row,
            line: f.line,
            column: f.column.clone(),
            code: f.code.id.to_owned(),
            message: f.message.clone(),
            help: f.help.clone(),
        }
    }
}

/// How often an outcome came out how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutcomeSummary {
    /// Its name.
    pub outcome: String,
    /// Rows with one answer.
    pub decided: u64,
    /// Rows that want facts.
    pub needs: u64,
    /// Rows on which sources contradict each other.
    pub disputed: u64,
    /// Rows for which the agency has to be asked.
    pub refer: u64,
    /// Rows that nothing gives an answer.
    pub no_rule: u64,
    /// Rows that cannot be worked out or read.
    pub error: u64,
}

impl OutcomeSummary {
    pub(super) fn new(outcome: &str, counts: &Counts) -> Self {
        let [decided, needs, disputed, refer, no_rule, error] = *counts;
        OutcomeSummary { outcome: outcome.to_owned(), decided, needs, disputed, refer, no_rule, error }
    }

    fn counts(&self) -> Counts {
        [self.decided, self.needs, self.disputed, self.refer, self.no_rule, self.error]
    }
}

impl Summary {
    /// Whether every row could be read and every outcome worked out.
    pub fn is_clean(&self) -> bool {
        self.bad_rows == 0 && self.outcomes.iter().all(|o| o.error == 0)
    }

    /// How it went, for people; ends with a line break.
    pub fn text(&self) -> String {
        let mut out = format!("{} rows read, {} written", self.rows, self.written);
        if self.bad_rows > 0 {
            out.push_str(&format!(", {} of them bad", self.bad_rows));
        }
        out.push('\n');
        for o in &self.outcomes {
            let counts: Vec<String> =
                STATUSES.iter().zip(o.counts()).filter(|(_, n)| *n > 0).map(|(s, n)| format!("{n} {}", s.word())).collect();
            if !counts.is_empty() {
                out.push_str(&format!("  {}: {}\n", o.outcome, counts.join(", ")));
            }
        }
        out
    }
}
