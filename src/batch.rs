//! In: a table of people, a decision. Out: everybody's answers as a table. Never here: what policies mean, the command line.
//!
//! ```text
//! file ──source──▶ pieces ──csv / ndjson / parquet──▶ People ──engine──▶ answers ──write──▶ file
//!                   header ──layout──▶ what columns tell ┘
//! ```
//!
//! Cells are read by `input`, so that a row tells what the same document tells `polc eval`. Readers of columns and all writers are arrow's and parquet's.

mod answers;
mod column;
mod csv;
mod engine;
mod format;
mod layout;
mod memo;
mod ndjson;
mod parquet;
mod people;
mod pool;
mod population;
mod read;
mod records;
mod run;
mod shape;
mod source;
mod summary;
mod write;

pub use answers::Detail;
pub use format::Format;
pub use layout::{Keep, Layout, Mapping, Where};
pub use people::{Fault, People};
pub use population::{Census, Opened};
pub use read::Reader;
pub use run::{Job, OnError, Stop};
pub use source::{Progress, Source};
pub use summary::{BadRow, MAX_BAD_ROWS, OutcomeSummary, SUMMARY_VERSION, Summary};
pub use write::Target;
