//! In: any text. Out: nothing; it is checked beside a small vocabulary, everything found is drawn and written in every format, and the same is found again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = polc_fuzz::text(bytes) else { return };
    let policies = polc_fuzz::policies(text);
    polc_fuzz::draw(&policies);
    assert_eq!(policies.diagnostics(), polc_fuzz::policies(text).diagnostics());
});
