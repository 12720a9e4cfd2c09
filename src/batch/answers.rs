//! In: the outcomes asked, the columns wanted, answers row by row. Out: the schema of the answers and their record batches. Never here: working answers out, writing files.

use super::layout::Layout;
use super::people::People;
use super::shape::{Cells, Shape, Texts, dictionary};
use crate::eval::{Alternative, OutcomeAnswer, Status};
use crate::hir::Symbols;
use crate::program::OutcomeId;
use crate::report;
use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use std::collections::HashMap;
use std::sync::Arc;

/// A column of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// The value, where it is one that the column can hold exactly.
    Value,
    /// How it came out.
    Status,
    /// What the value column does not say: several values, a range, whom to ask.
    Alternatives,
    /// Names of the facts that are wanted, the most useful first.
    Needs,
    /// What keeps it from being worked out: a code and words.
    Error,
    /// Why nothing gives it.
    Reason,
    /// Places of the statements that give it.
    Rules,
    /// Ids of everything it rests on.
    Ids,
    /// Sources it rests on.
    Sources,
    /// How sure the sources are.
    Hedges,
    /// The whole answer as `polc eval --format json` prints it.
    Json,
}

impl Detail {
    /// Every one, with its word.
    pub const ALL: [(Detail, &'static str); 11] = [
        (Detail::Value, "value"),
        (Detail::Status, "status"),
        (Detail::Alternatives, "alternatives"),
        (Detail::Needs, "needs"),
        (Detail::Error, "error"),
        (Detail::Reason, "reason"),
        (Detail::Rules, "rules"),
        (Detail::Ids, "ids"),
        (Detail::Sources, "sources"),
        (Detail::Hedges, "hedges"),
        (Detail::Json, "json"),
    ];
    /// Those that are written unless others are asked for.
    pub const USUAL: [Detail; 5] = [Detail::Value, Detail::Status, Detail::Alternatives, Detail::Needs, Detail::Error];

    /// Its word.
    pub fn word(self) -> &'static str {
        Detail::ALL.iter().find(|(d, _)| *d == self).map_or("", |(_, word)| word)
    }

    /// Whether a path says it: the statements that gave an outcome, whatever its value.
    pub(super) fn of_paths(self) -> bool {
        matches!(self, Detail::Reason | Detail::Rules | Detail::Ids | Detail::Sources | Detail::Hedges)
    }
}

/// The column that says what is wrong with a row.
pub(super) const ROW_ERROR: &str = "row_error";
/// Between the parts of a text.
const BETWEEN: &str = "; ";

/// How often each status came out, in the order of [`STATUSES`].
pub(super) type Counts = [u64; 6];

/// Every status, in the order of counts.
pub(super) const STATUSES: [Status; 6] = [Status::Decided, Status::Needs, Status::Disputed, Status::Refer, Status::NoRule, Status::Error];

pub(super) fn place(status: Status) -> usize {
    STATUSES.iter().position(|s| *s == status).unwrap_or(0)
}

/// One outcome asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub id: OutcomeId,
    pub name: String,
    pub shape: Shape,
}

/// What is written.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub outcomes: Vec<Asked>,
    pub details: Vec<Detail>,
    /// What is wrong with rows is written beside them.
    pub row_errors: bool,
    pub schema: SchemaRef,
}

impl Form {
    /// Columns for some outcomes: those carried through first.
    pub fn new(layout: &Layout, outcomes: &[OutcomeId], details: &[Detail], row_errors: bool, kept: Vec<Field>) -> Result<Form, String> {
        let symbols = &layout.policies.program.symbols;
        let mut fields = kept;
        let mut asked = Vec::new();
        for id in outcomes {
            let info = symbols.outcome(*id);
            let shape = Shape::of(&info.ty);
            for detail in details {
                let name = column(&info.name, *detail);
                let ty = match detail {
                    Detail::Value => shape.arrow(),
                    Detail::Status => DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8)),
                    Detail::Json => DataType::Utf8,
                    _ => dictionary(),
                };
                let mut about: HashMap<String, String> = HashMap::new();
                about.insert("polc.outcome".to_owned(), symbols.outcome_text(*id));
                about.insert("polc.column".to_owned(), detail.word().to_owned());
                if *detail == Detail::Value {
                    about.insert("polc.type".to_owned(), info.ty.show(symbols));
                    if let Some(unit) = Shape::unit(&info.ty) {
                        about.insert("polc.unit".to_owned(), unit.to_owned());
                    }
                }
                fields.push(Field::new(name, ty, *detail != Detail::Status).with_metadata(about));
            }
            asked.push(Asked { id: *id, name: info.name.to_string(), shape });
        }
        if row_errors {
            fields.push(Field::new(ROW_ERROR, DataType::Utf8, true));
        }
        for (i, field) in fields.iter().enumerate() {
            if fields.iter().take(i).any(|other| other.name() == field.name()) {
                return Err(format!("two columns of the answers would be called `{}`", field.name()));
            }
        }
        Ok(Form { outcomes: asked, details: details.to_vec(), row_errors, schema: Arc::new(Schema::new(fields)) })
    }

    pub fn wants(&self, detail: Detail) -> bool {
        self.details.contains(&detail)
    }
}

/// The name of a column.
fn column(outcome: &str, detail: Detail) -> String {
    if detail == Detail::Value { outcome.to_owned() } else { format!("{outcome}_{}", detail.word()) }
}

/// The answers for one outcome in a chunk.
pub(super) struct Outcome {
    pub values: Cells,
    /// Places in [`STATUSES`].
    pub statuses: Vec<i8>,
    texts: Vec<(Detail, Texts)>,
    rows: usize,
}

impl Outcome {
    pub fn new(form: &Form, asked: &Asked, symbols: &Symbols, rows: usize) -> Outcome {
        let kept = form.details.iter().filter(|d| !matches!(d, Detail::Value | Detail::Status));
        Outcome {
            values: Cells::new(asked.shape, symbols, rows),
            statuses: vec![0; rows],
            texts: kept.map(|d| (*d, Texts::default())).collect(),
            rows,
        }
    }

    fn status(&mut self, row: usize, status: Status) {
        if let Some(slot) = self.statuses.get_mut(row) {
            *slot = i8::try_from(place(status)).unwrap_or(0);
        }
    }

    /// Gives a row a text.
    pub fn text(&mut self, row: usize, detail: Detail, text: &str) {
        if let Some((_, texts)) = self.texts.iter_mut().find(|(d, _)| *d == detail).filter(|_| !text.is_empty()) {
            let number = texts.number(text);
            texts.put(row, self.rows, number);
        }
    }

    /// The texts of a detail, to be put row by row.
    pub fn texts(&mut self, detail: Detail) -> Option<&mut Texts> {
        self.texts.iter_mut().find(|(d, _)| *d == detail).map(|(_, t)| t)
    }

    /// A row that could not be read.
    pub fn bad(&mut self, row: usize) {
        self.values.clear(row);
        self.status(row, Status::Error);
    }

    /// The answer for a row.
    pub fn answer(&mut self, row: usize, answer: &OutcomeAnswer) {
        self.status(row, answer.status);
        let wholly = self.value(row, answer);
        if !wholly {
            self.values.clear(row);
            if !matches!(answer.status, Status::NoRule | Status::Error) {
                let said = alternatives(answer);
                self.text(row, Detail::Alternatives, &said);
            }
        }
        let details: Vec<Detail> = self.texts.iter().map(|(d, _)| *d).collect();
        for detail in details {
            let text = match detail {
                Detail::Value | Detail::Status | Detail::Alternatives => continue,
                Detail::Needs => answer.needs.iter().map(|n| n.input.as_str()).collect::<Vec<_>>().join(BETWEEN),
                Detail::Error if answer.status == Status::Error => distinct(
                    answer
                        .alternatives
                        .iter()
                        .filter_map(|a| a.failure.as_ref())
                        .filter_map(|f| f.code.as_ref().map(|code| format!("{code}: {}", f.message))),
                ),
                Detail::Reason if answer.status == Status::NoRule => {
                    distinct(answer.alternatives.iter().filter_map(|a| a.failure.as_ref()).map(|f| f.message.clone()))
                }
                Detail::Error | Detail::Reason => continue,
                Detail::Rules => rules(answer.alternatives.iter().flat_map(|a| &a.rules)),
                Detail::Ids => distinct(answer.alternatives.iter().flat_map(|a| &a.ids).cloned()),
                Detail::Sources => distinct(answer.alternatives.iter().flat_map(|a| report::citations(&a.sources))),
                Detail::Hedges => distinct(answer.alternatives.iter().flat_map(|a| &a.hedges).cloned()),
                Detail::Json => serde_json::to_string(answer).unwrap_or_default(),
            };
            self.text(row, detail, &text);
        }
    }

    /// Gives a row its value, if that is all there is to say.
    fn value(&mut self, row: usize, answer: &OutcomeAnswer) -> bool {
        let ([one], Status::Decided) = (answer.alternatives.as_slice(), answer.status) else { return false };
        let Some(value) = &one.value else { return false };
        one.refer.is_none() && self.values.json(row, value, &one.text)
    }
}

/// Every alternative once, as `polc eval` words them.
fn alternatives(answer: &OutcomeAnswer) -> String {
    let said = |a: &Alternative| match &a.refer {
        Some(r) if a.value.is_some() => format!("{}, and {}", a.text, report::ask(r)),
        _ => a.text.clone(),
    };
    let mut texts: Vec<String> = Vec::new();
    for text in answer.alternatives.iter().map(said) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(" or ")
}

/// Places of statements.
pub(super) fn rules<'a>(rules: impl Iterator<Item = &'a crate::eval::Because>) -> String {
    distinct(rules.map(|b| format!("{}:{}", b.file, b.line)))
}

/// Each text once, in order.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out.join(BETWEEN)
}

/// The batch of a chunk; counts how often each status came out.
pub(super) fn batch(form: &Form, people: &People, mut outcomes: Vec<Outcome>, counts: &mut [Counts]) -> Result<RecordBatch, ArrowError> {
    let rows = people.rows;
    for outcome in &mut outcomes {
        for row in &people.bad {
            outcome.bad(*row);
        }
    }
    let mut columns: Vec<ArrayRef> = people.kept.clone();
    let words: Arc<StringArray> = Arc::new(STATUSES.iter().map(|s| Some(s.word())).collect());
    for (mut outcome, counts) in outcomes.into_iter().zip(counts) {
        for status in &outcome.statuses {
            if let Some(count) = usize::try_from(*status).ok().and_then(|s| counts.get_mut(s)) {
                *count += 1;
            }
        }
        let (mut values, mut statuses) = (Some(outcome.values), Some(outcome.statuses));
        for detail in &form.details {
            let array: ArrayRef = match detail {
                Detail::Value => match values.take() {
                    Some(v) => v.finish()?,
                    None => continue,
                },
                Detail::Status => {
                    let keys = Int8Array::from(statuses.take().unwrap_or_default());
                    Arc::new(DictionaryArray::<Int8Type>::try_new(keys, Arc::clone(&words) as ArrayRef)?)
                }
                detail => {
                    let texts = outcome.texts.iter_mut().find(|(d, _)| d == detail).map(|(_, t)| std::mem::take(t)).unwrap_or_default();
                    if *detail == Detail::Json { texts.plain(rows) } else { texts.finish(rows)? }
                }
            };
            columns.push(array);
        }
    }
    if form.row_errors {
        let mut texts: Vec<Option<String>> = vec![None; rows];
        let first = people.before;
        for fault in &people.faults {
            let row = usize::try_from(fault.row.saturating_sub(first + 1)).unwrap_or(usize::MAX);
            if let Some(slot) = texts.get_mut(row) {
                let text = fault.text();
                *slot = Some(slot.take().map_or(text.clone(), |before| format!("{before}{BETWEEN}{text}")));
            }
        }
        columns.push(Arc::new(StringArray::from(texts)));
    }
    RecordBatch::try_new_with_options(Arc::clone(&form.schema), columns, &arrow_array::RecordBatchOptions::new().with_row_count(Some(rows)))
}
