//! In: `--input` and `--set`. Out: facts, or everything wrong with them on standard error. Never here: checking them (`polc::input`).

use super::console::Console;
use polc::hir::DecisionId;
use polc::input::{FactReader, InputErrors, MAX_BYTES};
use polc::{Facts, Policies};
use std::io::{self, Read};
use std::path::PathBuf;

/// Facts on the command line.
#[derive(Debug, clap::Args)]
pub struct Told {
    /// Facts about the person as a JSON object, `-` for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// One fact, in the notation of the policies: 'gap=2 months' (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

impl Told {
    /// The same options again, as words for a shell.
    pub fn words(&self) -> Vec<String> {
        let input = self.input.iter().flat_map(|p| ["--input".to_owned(), p.display().to_string()]);
        input.chain(self.set.iter().flat_map(|s| ["--set".to_owned(), s.clone()])).collect()
    }

    /// Whether standard input is taken.
    pub fn reads_stdin(&self) -> bool {
        self.input.as_ref().is_some_and(|p| p.as_os_str() == "-")
    }

    /// The facts; `None` when something is wrong with them, which is then said, all at once.
    pub fn read(&self, policies: &Policies, heads: &[(DecisionId, Vec<Option<u16>>)], console: &mut Console) -> io::Result<Option<Facts>> {
        let mut decisions: Vec<DecisionId> = heads.iter().map(|(d, _)| *d).collect();
        decisions.dedup();
        let reader = FactReader::new(policies, &decisions);
        let mut wrong = InputErrors::default();
        let mut facts = Facts::new();
        if let Some(path) = &self.input {
            let (name, bytes) = if self.reads_stdin() {
                ("-".to_string(), up_to_limit(io::stdin().lock()))
            } else {
                (path.display().to_string(), std::fs::File::open(path).and_then(up_to_limit))
            };
            match bytes {
                Ok(bytes) => match reader.bytes(&bytes, &name) {
                    Ok(told) => facts = told,
                    Err(errors) => wrong.append(errors),
                },
                Err(e) => {
                    console.complain(&format!("the input `{name}` cannot be read: {e}"));
                    return Ok(None);
                }
            }
        }
        for setting in &self.set {
            if let Err(errors) = reader.setting(setting, &mut facts) {
                wrong.append(errors);
            }
        }
        if wrong.is_empty() {
            return Ok(Some(facts));
        }
        console.report(&policies.map, wrong.diagnostics())?;
        if wrong.more() > 0 {
            console.complain(&format!("{} more faults in the input", wrong.more()));
        }
        Ok(None)
    }
}

/// Reads one byte more than a document may have: the reader of facts says that it is too large.
fn up_to_limit(input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    // Room for a byte-order mark, and for the byte that is one too many.
    input.take(limit.saturating_add(4)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
