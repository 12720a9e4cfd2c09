//! In: huge and hostile texts. Out: that the parser stays linear and does not overflow the stack. Never here: what it says about them.

use super::*;
use std::time::Instant;

/// `before`, then `part` many times, then `after`, as statements or as a whole file.
fn cases() -> Vec<(&'static str, String)> {
    let inside = |part: &str, times: usize| around(&part.repeat(times));
    let value = |part: &str, times: usize| around(&format!("x = {} a", part.repeat(times)));
    let n = 20_000;
    let mut cases = Vec::new();
    for part in [
        "(",
        "[",
        "f(",
        "f(a = ",
        "f(where <",
        "not ",
        "if ",
        "if a then ",
        "if a then b else ",
        "if (if ",
        "a + ",
        "a at ",
        "a in ",
        "over ",
        "about ",
        "any of [",
        "any(",
        "- ",
        "1 .. ",
    ] {
        cases.push((part, value(part, n)));
    }
    for part in [
        "< ",
        "<\n",
        "when a < ",
        "when a:< ",
        "when a < x = 1 ",
        "when a: ",
        "when a:\n",
        "x = 1 ",
        "x = 1\n",
        "when a > 3: x = 1 ",
        "x = )\n",
        "x = ) ",
        "x = )  ",
        "x = \"a\n",
        "x = “a ",
        "x = `a ",
        "x = (a\n",
        "x = (a ",
        "x = [a,\n",
        "x = ",
        "x =\n",
        "x = 1; ",
        ") < ",
        "x > 3 ",
        "default ",
        "except ",
        "except when a: x = 1\n",
        "table <\n",
        "when a b = 1\n",
        "when a b = 1 ",
        "a: x = 1 ",
        "a < x = 1 > ",
        "当 年龄 大于 六十 时 支付 ",
        "当年龄大于六十时支付；",
        "x\u{200b} = 1\n",
        "per A ",
        "x = 1 per A ",
        "#a ",
        "for each a in b ",
        "x = [a; b] ",
        "《",
        "》",
        "{ ",
        "expect ",
        "x at least ",
        "x requires ",
    ] {
        cases.push((part, inside(part, n)));
        cases.push((part, part.repeat(n)));
        cases.push((part, format!("region A < {}", part.repeat(n))));
        cases.push((part, format!("vocabulary v < {} >", part.repeat(n))));
        cases.push((part, format!("test \"t\" in A < t < {} > >", part.repeat(n))));
        cases.push((part, around(&format!("table <\n a | b\n {} >", part.repeat(n)))));
    }
    for part in [
        "region A ",
        "region A\n",
        "region A <\n",
        "region A <\n t: x = 1\n t <\n",
        "source A ",
        "test \"a\" ",
        "use a ",
        "use ",
        "foo bar\n",
        "foo bar ",
        "> ",
        "vocabulary v ",
        "vocabulary v < enum e < a | b ",
    ] {
        cases.push((part, part.repeat(n)));
    }
    for part in [
        "a | ",
        "a ; ",
        "a b ",
        "input a: ",
        "list of ",
        "enmu e\n",
        "enum e < a > ",
        "decision d (",
        "decision d (a -> ",
        "a: b ",
        "never (",
        "record r < ",
    ] {
        cases.push((part, format!("vocabulary v < enum e < {} > >", part.repeat(n))));
        cases.push((part, format!("vocabulary v < {} >", part.repeat(n))));
        cases.push((part, format!("vocabulary v < input a: {} x >", part.repeat(n))));
    }
    for part in ["1 | 2\n", "1 x | 2\n", "1 | 2 | 3\n", "((((\n", "1 | ", "\"a\n", "- ", "a, ", "|\n", "x = 1\n"] {
        cases.push((part, around(&format!("table <\na | b\n{} >", part.repeat(n)))));
    }
    cases.push(("blanks", around(&format!("x = {} 1", " ".repeat(1_000_000)))));
    cases.push(("comment", around(&format!("x = 1 // {}", "x".repeat(1_000_000)))));
    cases.push(("text", around(&format!("x = \"{}\"", "字".repeat(300_000)))));
    cases.push(("name", around(&format!("x = {}", "字".repeat(300_000)))));
    cases.push(("digits", around(&format!("x = {}", "1".repeat(300_000)))));
    cases.push(("commas", around(&format!("x = 1{}", ",000".repeat(100_000)))));
    cases.push(("points", around(&format!("x = 1{}", ".0".repeat(100_000)))));
    cases
}

#[test]
fn hostile_texts_cost_linear_time() {
    for (name, text) in cases() {
        let start = Instant::now();
        let (file, found) = parse(FileId(0), &text);
        let micros = start.elapsed().as_micros();
        // about 1 µs per byte even unoptimised; quadratic behaviour would be a hundred times slower
        assert!(
            micros < 3_000_000 + 20 * text.len() as u128,
            "{name:?}: {micros} µs for {} bytes of {:?}",
            text.len(),
            &text.chars().take(40).collect::<String>()
        );
        assert!(found.len() <= MAX_ERRORS + 1);
        drop(file);
    }
}

/// `POL=file cargo test --release --lib speed -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn speed() {
    let path = std::env::var("POL").unwrap_or("/tmp/polc/big5.pol".into());
    let text = std::fs::read_to_string(path).unwrap();
    let rate = |start: Instant| text.len() as u128 / start.elapsed().as_micros().max(1);
    for _ in 0..3 {
        let start = Instant::now();
        let scan = scan::scan(FileId(0), &text, &mut Sink::default());
        let scanned = rate(start);
        let start = Instant::now();
        let tokens: usize = scan.pieces.iter().map(|p| grammar::pest_only(&scan.clean[p.clone()])).sum();
        let pest = rate(start);
        let start = Instant::now();
        let (file, found) = parse(FileId(0), &text);
        println!(
            "scan {scanned} MB/s, pest {pest} MB/s ({tokens} tokens), parse {} MB/s: {} items, {} findings",
            rate(start),
            file.items.len(),
            found.len()
        );
    }
}
