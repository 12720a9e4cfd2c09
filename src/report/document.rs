//! In: answers to one person's questions. Out: the JSON document of `polc eval`. Never here: other formats.

use crate::eval::Answer;
use serde::{Deserialize, Serialize};

/// Version of the document; grows when a field changes its meaning or goes.
pub const DOCUMENT_VERSION: u32 = 1;

/// Answers with the dates they were asked for: one object however many decisions were asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Version of the form.
    pub version: u32,
    /// The version of polc that answered.
    pub polc: String,
    /// A digest of the policies asked, `sha256:…`.
    pub policies: String,
    /// The region asked.
    pub region: String,
    /// The question's date.
    pub on: String,
    /// What had been published by then; unlimited if `null`.
    pub known: Option<String>,
    /// The answers, one for each decision.
    pub answers: Vec<Answer>,
}

impl Document {
    /// The document of these answers.
    pub fn new(policies: String, region: String, on: String, known: Option<String>, answers: Vec<Answer>) -> Self {
        Document { version: DOCUMENT_VERSION, polc: env!("CARGO_PKG_VERSION").to_string(), policies, region, on, known, answers }
    }
}
