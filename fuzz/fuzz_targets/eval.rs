//! In: a policy text and facts as JSON. Out: nothing; every decision is asked in every region, explained, and asked again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = polc_fuzz::text(bytes) else { return };
    let (text, json) = polc_fuzz::with_facts(text);
    let policies = polc_fuzz::policies(text);
    if policies.has_errors() {
        return;
    }
    polc_fuzz::ask(&policies, json);
});
