//! In: nothing. Out: the register of every diagnostic code: id, severity, title, page. Never here: messages for one case.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The policies cannot be relied on; `polc check` exits with 1.
    Error,
    /// Worth a look; exits with 1 only under `--deny warnings`.
    Warning,
    /// Nothing is wrong: something could not be decided.
    Note,
}

/// One entry of the register.
#[derive(PartialEq, Eq)]
pub struct Code {
    /// The stable name, such as `E0201`.
    pub id: &'static str,
    /// Error, warning or note.
    pub severity: Severity,
    /// The problem in a few words, the title of its page.
    pub title: &'static str,
    /// The page under `docs/errors/`, as `polc explain` prints it.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident $severity:ident $title:literal;)*) => {
        $(#[doc = $title] pub static $name: Code = Code {
            id: stringify!($name),
            severity: Severity::$severity,
            title: $title,
            page: include_str!(concat!("../../docs/errors/", stringify!($name), ".md")),
        };)*
        /// Every code, in order.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // Reading files
    E0001 Error "a file cannot be read";
    E0002 Error "a file is not UTF-8 text";
    E0003 Error "an invisible or control character stands in the text";
    E0004 Error "a file is too large";
    E0005 Error "brackets are nested too deep";
    E0006 Error "no policy files were found";
    E0007 Error "an expression or list has too many parts";
    E0008 Error "an exported file that is damaged";
    E0009 Error "an exported file of a newer polc";
    E0010 Error "an exported file that was changed";
    E0011 Error "an exported file that contradicts itself";
    E0012 Error "an exported file beside other policies";
    // Form
    E0101 Error "text that does not fit here";
    E0102 Error "a bracket is never closed";
    E0103 Error "a bracket closes nothing";
    E0104 Error "a comparison where brackets are read";
    E0105 Error "a condition or head without its colon";
    E0106 Error "a look-alike character";
    E0107 Error "indentation that misleads";
    E0108 Error "a number that cannot be read";
    E0109 Error "a text without its closing quote";
    E0110 Error "a date that does not exist";
    E0111 Error "an exception with nothing above it";
    E0112 Error "a table row with the wrong number of cells";
    E0113 Error "a value that starts with a sign";
    E0114 Error "a keyword used as a name";
    E0115 Error "the same thing said twice on one statement";
    E0116 Error "comparisons in a chain";
    E0117 Error "words that cannot stand together";
    // Names
    E0201 Error "an unknown name";
    E0202 Error "an unknown region";
    E0203 Error "an unknown source";
    E0204 Error "an unknown decision";
    E0205 Error "an unknown outcome";
    E0206 Error "an unknown type";
    E0207 Error "an unknown vocabulary";
    E0208 Error "a name that means two things";
    E0209 Error "a thing declared twice";
    E0210 Error "a region that lies within itself";
    E0211 Error "a region with two parents";
    E0212 Error "values that need each other";
    E0213 Error "a name spelled with look-alike letters";
    E0214 Error "an unknown function";
    E0215 Error "an unknown field or attribute";
    E0216 Error "a property of a source that does not exist";
    E0217 Error "regions too deep in each other";
    E0218 Error "a precedence that cannot be followed";
    // Types and units
    E0301 Error "a value of the wrong type";
    E0302 Error "units that do not combine";
    E0303 Error "a bare number where a unit is needed";
    E0304 Error "percent taken from a rate without saying how";
    E0305 Error "the wrong arguments";
    E0306 Error "an outcome of another decision";
    E0307 Error "an adjustment that does not fit its outcome";
    E0308 Error "an amount that is not whole fen, and no rounding";
    E0309 Error "a condition that is not true or false";
    E0310 Error "a constant outside the bounds of its input";
    E0311 Error "a list that is not built right";
    E0312 Error "a date to go by that is no date";
    E0313 Error "a constant formula that cannot be worked out";
    // Dates
    E0401 Error "a period that ends before it starts";
    // Tables
    E0501 Error "table rows that overlap";
    W0502 Warning "a table that leaves cases out";
    E0503 Error "a table column that cannot be used";
    // Rules against each other
    E0601 Error "a condition that can never hold";
    W0602 Warning "a condition that always holds";
    W0603 Warning "a statement that can never win";
    E0604 Error "rules of one region that contradict each other";
    E0605 Error "a final rule replaced";
    E0606 Error "an exception that gives something else";
    E0607 Error "rules that contradict each other for some people";
    W0608 Warning "an outcome that is not answered for everybody";
    W0609 Warning "a rule that has ended";
    W0610 Warning "a source of which nothing is in force";
    W0611 Warning "an outcome that is no longer answered";
    N0612 Note "something that could not be decided";
    N0613 Note "a hole between two cases";
    // Care
    W0701 Warning "a rule without a source";
    W0702 Warning "a source that is never used";
    W0703 Warning "an input that is never used";
    W0704 Warning "a local definition that is never used";
    W0705 Warning "a source without a date";
    W0706 Warning "a new region that looks like a known one";
    // While answering
    E0801 Error "a number grew too large";
    E0802 Error "a division by zero";
    E0803 Error "rules disagree for this person";
    E0804 Error "a lower bound above the upper bound";
    E0805 Error "too many alternatives";
    E0806 Error "an amount that is not whole";
    E0807 Error "a value that needs itself";
    E0808 Error "a final rule contradicted";
    E0809 Error "the smallest or largest of nothing";
    E0810 Error "a date outside the calendar";
    // Inputs
    E0901 Error "an unknown input";
    E0902 Error "an input of the wrong type or unit";
    E0903 Error "an input out of bounds";
    E0904 Error "an input given twice";
    E0905 Error "an input date that does not exist";
    E0906 Error "an input number that cannot be exact";
    E0907 Error "input that is not JSON";
    E0908 Error "input nested too deep";
    E0909 Error "a question about an unknown region";
    E0910 Error "a question about an unknown decision";
    E0911 Error "a row of a table that cannot be read";
    E0912 Error "a column of a table that cannot be used";
}

// The page would bury everything else that is printed.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// The code with this id (`E0201`, any case), if there is one.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|c| c.id.eq_ignore_ascii_case(id))
}
