//! In: `show` and `to_json`. Out: tests of how each kind of value is written. Never here: reading it back.

use super::{about, closed, frac, int, unknown, unknown_whole};
use crate::value::{
    EnumId, Exact, InputId, Interval, Item, List, Names, Num, RecordId, RegionId, TimeUnit, Type, Value, Variants, show, show_interval,
    show_name, to_json,
};
use serde_json::json;

struct Words;

const FATES: [&str; 4] = ["retained", "transferred", "refunded", "cleared"];
const DOCUMENTS: [&str; 4] = ["身份证", "户口本", "参保(合)凭证", "test"];

impl Names for Words {
    fn enum_name(&self, id: EnumId) -> &str {
        if id.0 == 0 { "balance_fate" } else { "document" }
    }
    fn variant(&self, id: EnumId, variant: u16) -> &str {
        if id.0 == 0 { FATES[usize::from(variant)] } else { DOCUMENTS[usize::from(variant)] }
    }
    fn variant_count(&self, _: EnumId) -> usize {
        4
    }
    fn attribute(&self, _: EnumId, attribute: u16) -> (&str, Type) {
        match attribute {
            0 => ("original", Type::Flag),
            1 => ("copy", Type::Flag),
            2 => ("takes", Type::Duration),
            _ => ("after", Type::InputName),
        }
    }
    fn region(&self, _: RegionId) -> &str {
        "西宁"
    }
    fn input(&self, _: InputId) -> &str {
        "hired_on"
    }
    fn record_name(&self, _: RecordId) -> &str {
        "relative"
    }
    fn record_field(&self, _: RecordId, field: usize) -> (&str, Type) {
        if field == 0 { ("kind", Type::Enum(EnumId(0))) } else { ("bound", Type::Boolean) }
    }
}

fn text(v: impl Into<Value>, ty: &Type) -> String {
    show(&v.into(), ty, &Words)
}

fn number(n: i128, d: i128, ty: Type) -> String {
    text(frac(n, d), &ty)
}

fn fate(v: &[u16]) -> Value {
    Value::Variants(Variants::from_set(v.iter().copied()).unwrap())
}

const FATE: Type = Type::Enum(EnumId(0));
const DOCUMENT: Type = Type::Enum(EnumId(1));

#[test]
fn numbers_with_their_units() {
    assert_eq!(number(48000, 1, Type::Money), "¥480");
    assert_eq!(number(365_880, 1, Type::Money), "¥3658.80");
    assert_eq!(number(5, 1, Type::Money), "¥0.05");
    assert_eq!(number(5, 2, Type::Money), "¥0.025");
    assert_eq!(number(100, 3, Type::Money), "¥1 / 3");
    assert_eq!(number(-30000, 1, Type::Money), "¥0 - ¥300");
    assert_eq!(number(8000, 1, Type::MoneyPerMonth), "¥80/month");
    assert_eq!(number(12, 100, Type::Rate), "12%");
    assert_eq!(number(5, 10000, Type::Rate), "0.05%");
    assert_eq!(number(1, 3, Type::Rate), "100% / 3");
    assert_eq!(number(10, 100, Type::Points), "10 points");
    assert_eq!(number(1, 100, Type::Points), "1 point");
    assert_eq!(number(1, 1 << 20, Type::Number), "1 / 1048576");
    assert_eq!(number(3, 1, Type::Count), "3");
    assert_eq!(number(-1, 3, Type::Number), "0 - 1 / 3");
    assert_eq!(number(3, 1, Type::Months), "3 months");
    assert_eq!(number(1, 1, Type::Months), "1 month");
    assert_eq!(number(24, 1, Type::Months), "24 months");
    assert_eq!(number(360, 1, Type::Years), "30 years");
    assert_eq!(number(12, 1, Type::Years), "1 year");
    assert_eq!(number(15, 1, Type::Years), "15 months");
    assert_eq!(number(10, 1, Type::WorkingDays), "10 working days");
    assert_eq!(number(20119, 1, Type::Date), "2025-01-31");
    assert_eq!(number(2025 * 12, 1, Type::Month), "2025-01");
    assert_eq!(number(10_000_000, 1, Type::Date), "1970-01-01 + 10000000 days");
    assert_eq!(number(i128::MAX, 1, Type::Rate).as_str(), format!("1% * {}", i128::MAX));
    assert_eq!(text(Value::Duration(Num::from_int(24), TimeUnit::Years), &Type::Duration), "2 years");
    assert_eq!(text(frac(12, 100), &Type::Rate.optional()), "12%");
}

#[test]
fn ranges() {
    let shown = |n: Num, ty: Type| text(n, &ty);
    let days = |i| unknown_whole(1, i);
    let share = |i: Interval| unknown(1, i.scale(frac(1, 100)).unwrap());
    assert_eq!(shown(days(closed(10, 15)), Type::WorkingDays), "10..15 working days");
    assert_eq!(shown(days(Interval::over_up_to(int(3), int(6)).unwrap()), Type::Months), "over 3 up to 6 months");
    assert_eq!(shown(days(Interval::over(int(3))), Type::Months), "over 3 months");
    assert_eq!(shown(days(Interval::at_most(int(3))), Type::Months), "at most 3 months");
    assert_eq!(shown(days(Interval::at_least(int(1))), Type::Months), "at least 1 month");
    assert_eq!(shown(days(Interval::under(int(3))), Type::Months), "under 3 months");
    assert_eq!(shown(days(closed(420, 528)), Type::Years), "35..44 years");
    assert_eq!(shown(days(closed(420, 529)), Type::Years), "420..529 months");
    assert_eq!(shown(share(closed(50, 100)), Type::Rate), "50%..100%");
    assert_eq!(shown(share(Interval::over_up_to(int(80), int(100)).unwrap()), Type::Rate), "over 80% up to 100%");
    assert_eq!(shown(share(Interval::over(int(80))), Type::Rate), "over 80%");
    assert_eq!(shown(unknown(1, closed(10000, 35000)), Type::Money), "¥100..¥350");
    assert_eq!(shown(days(closed(0, 30)), Type::Date), "1970-01-01..1970-01-31");
    // no notation has an open upper end beside a lower one; whole numbers have another
    let half_open = Interval::new(Some(int(0)), true, Some(int(3)), false).unwrap();
    assert_eq!(shown(days(half_open), Type::Months), "0..2 months");
    assert_eq!(shown(share(half_open), Type::Rate), "at least 0% under 3%");
    assert_eq!(shown(about(1, frac(7, 10)), Type::Rate), "about 70%");
    assert_eq!(shown(unknown(1, Interval::ALL), Type::Money), "any");
    assert_eq!(show_interval(&closed(0, 130 * 12), &Type::Years, &Words), "0..130 years");
    let paid = unknown(1, closed(0, 100)).scale(int(2)).unwrap().add(&Num::from_int(100)).unwrap();
    assert_eq!(shown(paid, Type::Money), "¥1..¥3");
}

#[test]
fn enums_and_names() {
    assert_eq!(show(&fate(&[1]), &FATE, &Words), "transferred");
    assert_eq!(show(&fate(&[0, 1, 2]), &FATE, &Words), "not cleared");
    assert_eq!(show(&fate(&[0, 1]), &FATE, &Words), "any of [retained, transferred]");
    assert_eq!(show(&fate(&[0, 1, 2, 3]), &FATE, &Words), "any of [retained, transferred, refunded, cleared]");
    assert_eq!(show(&fate(&[2]), &DOCUMENT, &Words), "`参保(合)凭证`");
    assert_eq!(show(&fate(&[3]), &DOCUMENT, &Words), "`test`");
    assert_eq!((show_name("a1_b"), show_name("1a"), show_name("")), ("a1_b".into(), "`1a`".into(), "``".into()));
    assert_eq!(show(&Value::Region(RegionId(0)), &Type::Region, &Words), "西宁");
    assert_eq!(show(&Value::Input(InputId(0)), &Type::InputName, &Words), "hired_on");
    assert_eq!(show(&Value::Text("a \"b\"\\\n".into()), &Type::Text, &Words), r#""a \"b\"\\\n""#);
    assert_eq!(show(&Value::None, &Type::Date.optional(), &Words), "none");
    assert_eq!(show(&Value::Bool(true), &Type::Boolean, &Words), "true");
    assert_eq!(Type::list_of(DOCUMENT).optional().show(&Words), "list of document or none");
    assert_eq!(Type::MoneyPerMonth.show(&Words), "money per month");
}

fn documents(ordered: bool) -> Value {
    let flags = |v, n: &[u16]| Item::with(Value::variant(v), n.iter().map(|i| (*i, Value::Bool(true))).collect()).unwrap();
    let takes = (2, Value::Duration(unknown_whole(1, closed(10, 15)), TimeUnit::WorkingDays));
    let items = vec![
        flags(0, &[0, 1]),
        Item::with(Value::variant(1), vec![takes, (3, Value::Input(InputId(0)))]).unwrap(),
        Item::any_of(vec![flags(0, &[1]), flags(2, &[1])]).unwrap(),
    ];
    List::new(items, ordered, true).unwrap().into()
}

#[test]
fn lists_and_records() {
    let ty = Type::list_of(DOCUMENT);
    assert_eq!(
        show(&documents(false), &ty, &Words),
        "[身份证 (original, copy), 户口本 (takes = 10..15 working days, after = hired_on), any of [身份证 (copy), `参保(合)凭证` (copy)], ...]"
    );
    assert!(show(&documents(true), &ty, &Words).ends_with("(copy)]; ...]"));
    assert_eq!(text(List::empty(), &ty), "[]");
    assert_eq!(text(List { open: true, ..List::empty() }, &ty), "[...]");
    let sequence = List::new(vec![Item::plain(Value::variant(1)), Item::plain(Value::variant(0))], true, false).unwrap();
    assert_eq!(text(sequence, &ty), "[户口本; 身份证]");
    let unset = List::new(vec![Item::with(Value::variant(1), vec![(0, Value::Bool(false))]).unwrap()], false, false).unwrap();
    assert_eq!(text(unset, &ty), "[户口本]");
    let relative = Value::record(RecordId(0), vec![fate(&[1]), Value::Bool(false)]);
    assert_eq!(show(&relative, &Type::Record(RecordId(0)), &Words), "relative (kind = transferred, bound = false)");
}

#[test]
fn json_of_numbers() {
    let j = |n: Exact, ty: Type| to_json(&n.into(), &ty, &Words);
    assert_eq!(j(int(48000), Type::Money), json!("480.00"));
    assert_eq!(j(frac(-5, 2), Type::Money), json!("-0.025"));
    assert_eq!(j(frac(100, 3), Type::Money), json!("1/3"));
    assert_eq!(j(frac(7, 10), Type::Rate), json!("70%"));
    assert_eq!(j(frac(1, 3), Type::Rate), json!("100/3%"));
    assert_eq!(j(frac(1, 10), Type::Points), json!("10 points"));
    assert_eq!(j(int(3), Type::Count), json!(3));
    assert_eq!(j(frac(1, 10), Type::Number).to_string(), "0.1");
    assert_eq!(j(frac(1, 3), Type::Number), json!("1/3"));
    assert_eq!(j(int(3), Type::Months), json!({"amount": 3, "unit": "months"}));
    assert_eq!(j(int(360), Type::Years), json!({"amount": 30, "unit": "years"}));
    assert_eq!(j(int(15), Type::Years), json!({"amount": 15, "unit": "months"}));
    assert_eq!(j(int(20119), Type::Date), json!("2025-01-31"));
    assert_eq!(to_json(&Value::None, &Type::Date.optional(), &Words), json!(null));
    let range = |n: Num, ty: Type| to_json(&n.into(), &ty, &Words);
    assert_eq!(
        range(unknown_whole(1, closed(10, 15)), Type::WorkingDays),
        json!({"min": 10, "min_inclusive": true, "max": 15, "max_inclusive": true, "approx": false, "unit": "working_days"})
    );
    assert_eq!(
        range(unknown(1, Interval::over(frac(4, 5))), Type::Rate),
        json!({"min": "80%", "min_inclusive": false, "max": null, "max_inclusive": false, "approx": false})
    );
    assert_eq!(
        range(about(1, frac(7, 10)), Type::Rate),
        json!({"min": "70%", "min_inclusive": true, "max": "70%", "max_inclusive": true, "approx": true})
    );
}

#[test]
fn json_of_everything_else() {
    assert_eq!(to_json(&fate(&[1]), &FATE, &Words), json!("transferred"));
    assert_eq!(to_json(&fate(&[0, 1]), &FATE, &Words), json!({"any_of": ["retained", "transferred"]}));
    let takes = json!({"min": 10, "min_inclusive": true, "max": 15, "max_inclusive": true, "approx": false, "unit": "working_days"});
    assert_eq!(
        to_json(&documents(false), &Type::list_of(DOCUMENT), &Words),
        json!({
            "items": [
                {"value": "身份证", "attributes": {"original": true, "copy": true}},
                {"value": "户口本", "attributes": {"takes": takes, "after": "hired_on"}},
                {"any_of": [{"value": "身份证", "attributes": {"copy": true}}, {"value": "参保(合)凭证", "attributes": {"copy": true}}]},
            ],
            "ordered": false,
            "open": true,
        })
    );
    let relative = Value::record(RecordId(0), vec![fate(&[1]), Value::Bool(false)]);
    assert_eq!(to_json(&relative, &Type::Record(RecordId(0)), &Words), json!({"kind": "transferred", "bound": false}));
}

#[test]
fn values_survive_serialising() {
    for value in [documents(true), fate(&[0, 1]), Value::None, Value::Text("x".into()), Value::from(frac(1, 3))] {
        let back: Value = serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap();
        assert_eq!(back, value);
    }
}
