//! In: any text. Out: nothing; parsing must neither panic nor hang, and every place it names must lie in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polc::internals::parse;
use polc::source::FileId;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = polc_fuzz::text(bytes) else { return };
    let (_, diagnostics) = parse(FileId(0), text);
    for d in &diagnostics {
        for label in d.primary.iter().chain(&d.related) {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= text.len() && text.is_char_boundary(start) && text.is_char_boundary(end), "{d:?}");
        }
    }
});
