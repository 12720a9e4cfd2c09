//! In: codes of the data. Out: the words rules call them by, and back. Never here: rules.

pub const REGIONS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
pub const GENDERS: [&str; 2] = ["m", "f"];
pub const SCHEMES: [&str; 2] = ["resident", "employee"];
pub const OUTCOMES: [&str; 3] = ["exempt", "pay_lump_sum", "not_eligible"];
pub const POOLED: [&str; 3] = ["retained", "kept_at_origin", "cleared"];
pub const PERSONAL: [&str; 3] = ["transferred", "withdrawn", "frozen"];

pub fn code(word: &str, of: &[&str]) -> u8 {
    of.iter().position(|w| *w == word).unwrap_or_else(|| panic!("{word}")) as u8
}
