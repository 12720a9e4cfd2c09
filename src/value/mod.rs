//! In: nothing. Out: the values of the language, their types, exact arithmetic, agreement and how they are written. Never here: spans, syntax, programs.

mod agree;
pub mod calendar;
mod date;
mod exact;
mod interval;
mod json;
mod list;
mod merge;
mod num;
pub mod ops;
mod quantity;
mod show;
mod types;
#[allow(clippy::module_inception)]
mod value;
mod variants;

pub use agree::{agree, agree_all};
pub use date::{Date, NoSuchDay};
pub use exact::{ArithError, Exact, NumberError, RoundMode};
pub use interval::Interval;
pub use json::to_json;
pub use list::{Item, List, ListError};
pub use merge::{union, union_all};
pub use num::{Affine, CmpOp, Comparison, Decision, Num, Origin, OriginData, Origins};
pub use quantity::{show_exact, show_interval, show_num};
pub use show::{Names, RESERVED, show, show_name};
pub use types::{EnumId, InputId, RecordId, RegionId, TimeUnit, Type};
pub use value::{Record, Value};
pub use variants::Variants;

#[cfg(test)]
mod tests;
