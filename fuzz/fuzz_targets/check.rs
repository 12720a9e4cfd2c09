//! In: any text. Out: nothing; it is checked beside a small vocabulary, persons are looked for, everything found is drawn and written in every format, and the same is found again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polc::{Analyse, Date};

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = polc_fuzz::text(bytes) else { return };
    let policies = polc_fuzz::policies(text);
    let look = || policies.analyse(&Analyse { on: Date::new(2025, 6, 1), ..Analyse::default() });
    let found = look();
    polc_fuzz::draw(&policies, &found);
    // Whether the same is found again is asked of some inputs, so that more of them are looked at.
    if polc_fuzz::chosen(bytes) {
        assert_eq!(policies.diagnostics(), polc_fuzz::policies(text).diagnostics());
        assert_eq!(found, look());
    }
});
