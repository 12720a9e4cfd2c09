//! In: valid texts. Out: that every span begins at its first and ends after its last character. Never here: what the nodes are.

use super::*;

#[test]
fn spans_are_tight() {
    let all = EXAMPLES.concat().replace("// ", "//   ") + "region A in B // c\n < t a -> b: x = 1 // d\n  // e\n>  \n\n";
    let file = good(&all);
    let shown = format!("{file:?}");
    let mut count = 0;
    for part in shown.split("Span { file: FileId(0), start: ").skip(1) {
        let numbers: Vec<usize> = part.split('}').next().unwrap().split(", end: ").map(|n| n.trim().parse().unwrap()).collect();
        let text = all.get(numbers[0]..numbers[1]).unwrap();
        assert_eq!(text, text.trim(), "{numbers:?}");
        assert!(!text.is_empty());
        count += 1;
    }
    assert!(count > 300);
}

#[test]
fn spans_of_the_main_nodes() {
    let text = "region 西宁 < transfer a->b < default x = 1 + 2 per S  // c\n  except when d: x = 3 >  > ";
    let file = good(text);
    let [ast::Item::Region(r)] = file.items.as_slice() else { panic!() };
    assert_eq!(&text[r.span.range()], text.trim());
    let [ast::RegionItem::Decide(d)] = r.items.as_slice() else { panic!() };
    assert_eq!(&text[d.head.span.range()], "transfer a->b");
    let [ast::Statement::Set(s)] = d.body.statements.as_slice() else { panic!() };
    assert_eq!(&text[s.span.range()], "default x = 1 + 2 per S");
    assert_eq!(&text[s.value.span.range()], "1 + 2");
    assert_eq!(&text[s.exceptions[0].span.range()], "except when d: x = 3");
    assert_eq!(&text[s.exceptions[0].body.span.range()], "x = 3");
}
