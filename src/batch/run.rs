//! In: an open table, a question, a target. Out: everybody's answers there, in the order of the table, and what it came to. Never here: reading one format, one answer.
//!
//! Threads answer and encode pieces, this one writes them in order (`pool.rs`): what is written does not depend on how many threads there are.

use super::Format;
use super::answers::{Counts, Detail, Form, batch};
use super::engine::{Engine, Worker};
use super::layout::{Columns, Layout, Where};
use super::people::Fault;
use super::pool::{Work, together};
use super::read::people;
use super::source::{Progress, Raw, Source};
use super::summary::{BadRow, MAX_BAD_ROWS, OutcomeSummary, SUMMARY_VERSION, Summary};
use super::write::{Encoder, Piece, Sink, Target, Unwritten, open};
use crate::diagnostics::Diagnostic;
use crate::eval::Moment;
use crate::policies::date;
use crate::program::OutcomeId;
use crate::value::InputId;
use arrow_schema::{DataType, Field};
use std::io;

/// What to do with a row that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Stop, and write nothing.
    #[default]
    Fail,
    /// Write what is wrong with it, and go on.
    Report,
}

/// How a table is answered.
#[derive(Clone, Debug)]
pub struct Job<'p> {
    /// The question and the names of its columns.
    pub layout: Layout<'p>,
    /// The dates.
    pub moment: Moment,
    /// The outcomes asked.
    pub outcomes: Vec<OutcomeId>,
    /// The columns written for each.
    pub details: Vec<Detail>,
    /// What to do with bad rows.
    pub on_error: OnError,
    /// How many threads answer; at least 1.
    pub threads: usize,
}

/// Why a table was not answered to its end.
#[derive(Debug)]
pub enum Stop {
    /// The question cannot be put like this.
    Refused(String),
    /// The table cannot be read.
    Unreadable(Box<Diagnostic>),
    /// Rows are bad: the first of them, and how many there are so far.
    BadRows(Vec<BadRow>, u64),
    /// The answers cannot be written.
    Unwritten(String),
    /// Nobody reads the answers any more.
    Closed,
}

impl From<Unwritten> for Stop {
    fn from(e: Unwritten) -> Self {
        let mut inner: Option<&(dyn std::error::Error + 'static)> = Some(e.as_ref());
        while let Some(e) = inner {
            if e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
                return Stop::Closed;
            }
            inner = e.source();
        }
        Stop::Unwritten(e.to_string())
    }
}

/// A piece that is answered.
struct Done {
    rows: u64,
    /// Rows that stand before it, where that is known.
    counted: bool,
    faults: Vec<Fault>,
    bad: u64,
    counts: Vec<Counts>,
    piece: Option<Piece>,
    progress: Progress,
}

/// What every thread uses.
struct Shared<'s, 'p> {
    layout: &'s Layout<'p>,
    columns: Option<&'s Columns>,
    scales: Vec<(InputId, i64)>,
    engine: Engine<'p>,
    form: Form,
    encoder: Encoder,
    on_error: OnError,
}

impl Shared<'_, '_> {
    /// Answers a piece.
    fn answer(&self, worker: &mut Worker, number: usize, raw: &Raw, last: bool, progress: Progress) -> Result<Done, Stop> {
        let people = people(self.layout, self.columns, &self.scales, raw, last);
        let mut done = Done {
            rows: people.rows as u64,
            counted: matches!(raw, Raw::Rows(..)),
            bad: people.bad.len() as u64,
            counts: vec![[0; 6]; self.form.outcomes.len()],
            faults: Vec::new(),
            piece: None,
            progress,
        };
        // A piece with a bad row will not be written: nobody needs its answers.
        if done.bad == 0 || self.on_error == OnError::Report {
            let outcomes = self.engine.answer(&self.form, &people, worker);
            let batch = batch(&self.form, &people, outcomes, &mut done.counts).map_err(|e| Stop::from(Unwritten::from(e)))?;
            if batch.num_rows() > 0 {
                done.piece = Some(self.encoder.encode(number, &batch)?);
            }
        }
        done.faults = people.faults;
        done.faults.truncate(MAX_BAD_ROWS);
        Ok(done)
    }
}

/// What has been written.
struct Ledger<'a> {
    sink: Sink,
    summary: Summary,
    counts: Vec<Counts>,
    on_error: OnError,
    told: &'a mut dyn FnMut(Progress, u64),
}

impl Ledger<'_> {
    /// Writes the next piece.
    fn take(&mut self, mut done: Done) -> Result<(), Stop> {
        if !done.counted {
            done.faults.iter_mut().for_each(|f| f.row += self.summary.rows);
        }
        self.summary.rows += done.rows;
        self.summary.bad_rows += done.bad;
        let room = MAX_BAD_ROWS.saturating_sub(self.summary.first_bad.len());
        self.summary.first_bad.extend(done.faults.iter().take(room).map(BadRow::from));
        if self.on_error == OnError::Fail && done.bad > 0 {
            return Err(Stop::BadRows(std::mem::take(&mut self.summary.first_bad), done.bad));
        }
        for (all, these) in self.counts.iter_mut().zip(&done.counts) {
            all.iter_mut().zip(these).for_each(|(a, b)| *a += b);
        }
        if let Some(piece) = done.piece {
            self.sink.put(piece)?;
        }
        self.summary.written += done.rows;
        (self.told)(done.progress, self.summary.rows);
        Ok(())
    }
}

impl Job<'_> {
    /// The columns carried through.
    fn kept(&self, source: &Source) -> Vec<Field> {
        let text = || DataType::Utf8;
        match source.columns() {
            Some(columns) => {
                let types = source.kept_types();
                let name = |i: &usize| columns.names.get(*i).cloned().unwrap_or_default();
                let types = columns
                    .kept
                    .iter()
                    .enumerate()
                    .map(|(place, _)| types.as_ref().and_then(|t| t.get(place)).cloned().unwrap_or_else(text));
                columns.kept.iter().zip(types).map(|(i, ty)| Field::new(name(i), ty, true)).collect()
            }
            None => self.layout.keep.columns.iter().map(|name| Field::new(name, text(), true)).collect(),
        }
    }

    fn summary(&self) -> Summary {
        let symbols = &self.layout.policies.program.symbols;
        let region = match &self.layout.region {
            Where::One(region) => Some(symbols.region(*region).name.to_string()),
            Where::Column(_) => None,
        };
        Summary {
            version: SUMMARY_VERSION,
            polc: env!("CARGO_PKG_VERSION").to_owned(),
            policies: self.layout.policies.digest().to_owned(),
            decision: symbols.head_text(self.layout.head.0, &self.layout.head.1),
            region,
            on: date(self.moment.on),
            known: self.moment.known.map(date),
            rows: 0,
            written: 0,
            bad_rows: 0,
            first_bad: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// Answers everybody in a table; `told` hears how far it has come, and how many rows that is.
    ///
    /// # Errors
    /// [`Stop`]; a target that is a file is then as it was before.
    pub fn run(&self, mut source: Source, target: Target, to: Format, told: &mut dyn FnMut(Progress, u64)) -> Result<Summary, Stop> {
        let kept = self.kept(&source);
        if let Some(field) = kept.iter().find(|f| f.data_type().is_nested() && to == Format::Csv) {
            let message = format!("the column `{}` holds lists or records, which CSV cannot keep; write Parquet or NDJSON", field.name());
            return Err(Stop::Refused(message));
        }
        let report = self.on_error == OnError::Report;
        let form = Form::new(&self.layout, &self.outcomes, &self.details, report, kept)
            .map_err(|e| Stop::Refused(format!("{e}; give the kept column another name, or ask for fewer --columns")))?;
        let summary = self.summary();
        let about = about(&summary);
        let (encoder, sink) = open(target, to, &form.schema, &about)?;
        let columns = source.columns().cloned();
        let engine = Engine::new(&self.layout, self.moment, &form);
        let shared = Shared {
            layout: &self.layout,
            columns: columns.as_ref(),
            scales: engine.scales(),
            engine,
            form,
            encoder,
            on_error: self.on_error,
        };
        let counts = vec![[0; 6]; shared.form.outcomes.len()];
        let mut ledger = Ledger { sink, summary, counts, on_error: self.on_error, told };
        if self.threads <= 1 {
            let (mut number, mut worker) = (0, shared.engine.worker());
            while let Some(raw) = source.next().map_err(Stop::Unreadable)? {
                let done = shared.answer(&mut worker, number, &raw, source.at_end(), source.progress())?;
                number += usize::from(done.piece.is_some());
                ledger.take(done)?;
            }
        } else {
            let answer = |worker: &mut Worker, work: &Work| shared.answer(worker, work.number, &work.raw, work.last, work.progress);
            together(source, self.threads, &|| shared.engine.worker(), &answer, &mut |done| ledger.take(done))?;
        }
        let Ledger { sink, mut summary, counts, .. } = ledger;
        sink.finish()?;
        summary.outcomes = shared.form.outcomes.iter().zip(&counts).map(|(o, c)| OutcomeSummary::new(&o.name, c)).collect();
        Ok(summary)
    }
}

/// What Parquet files say of themselves.
fn about(summary: &Summary) -> Vec<(String, String)> {
    let mut out = vec![
        ("polc.version".to_owned(), summary.polc.clone()),
        ("polc.policies".to_owned(), summary.policies.clone()),
        ("polc.decision".to_owned(), summary.decision.clone()),
        ("polc.on".to_owned(), summary.on.clone()),
    ];
    out.extend(summary.known.iter().map(|k| ("polc.known".to_owned(), k.clone())));
    out.extend(summary.region.iter().map(|r| ("polc.region".to_owned(), r.clone())));
    out
}
