//! In: a policy text, or an exported file. Out: nothing; what is exported is read back as the same policies, and a forged file is refused or read, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polc::Policies;
use polc::internals::reseal;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.starts_with('{') {
        // With its hash put right, so that what lies behind it is read.
        let sealed = reseal(text);
        let policies = Policies::from_exported("fuzz.json", sealed.as_deref().unwrap_or(text));
        if !policies.has_errors() {
            polc_fuzz::draw(&policies, policies.diagnostics());
            polc_fuzz::ask(&policies, "{}");
        }
        return;
    }
    if text.len() > 20_000 {
        return;
    }
    let policies = polc_fuzz::policies(text);
    let Ok(exported) = policies.export() else { return };
    let again = Policies::from_exported("fuzz.json", &exported);
    assert_eq!(again.diagnostics(), policies.diagnostics());
    assert_eq!(again.digest(), policies.digest());
    assert_eq!(again.export().ok(), Some(exported));
});
