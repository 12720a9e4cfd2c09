//! In: pairs of policies. Out: whether `polc diff` tells every answer that changes and nothing else, each with somebody to whom it happens. Never here: the page about it (`tests/diff_page.rs`), its schema.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic)] // a test may fail loudly

mod support;

use polc::diff::{Change, Diff, Kind, Scope, diff};
use polc::eval::Status;
use polc::internals::concerns;
use polc::{Date, Dates, Detail, Facts, OutcomeId, Policies, Question};
use proptest::prelude::*;
use support::random::*;

/// What a person is told; nothing where there is no rule.
fn told(p: &Policies, q: &Question, facts: &Facts, outcome: OutcomeId) -> Option<(Status, Vec<String>)> {
    let o = p.answer_outcome(q, facts, outcome, Detail::default());
    let mut values: Vec<String> = o
        .alternatives
        .iter()
        .map(|a| format!("{} {:?} {:?}", a.text, a.refer.as_ref().map(|r| r.agency.clone()), a.failure.as_ref().map(|f| f.code.clone())))
        .collect();
    values.sort();
    values.dedup();
    (o.status != Status::NoRule).then_some((o.status, values))
}

fn kind(old: &Option<(Status, Vec<String>)>, new: &Option<(Status, Vec<String>)>) -> Option<Kind> {
    match (old, new) {
        (None, None) => None,
        (None, Some(_)) => Some(Kind::Added),
        (Some(_), None) => Some(Kind::Removed),
        (Some(a), Some(b)) => (a != b).then_some(Kind::Changed),
    }
}

/// Changes without places: what both directions must agree on.
fn essence(d: &Diff, swap: bool) -> Vec<String> {
    let mut all: Vec<String> = d
        .changes
        .iter()
        .filter(|c| c.everybody)
        .map(|c| {
            let kind = match (c.kind, swap) {
                (Kind::Added, true) => Kind::Removed,
                (Kind::Removed, true) => Kind::Added,
                (k, _) => k,
            };
            let mut who = c.who.clone();
            who.sort();
            format!("{kind:?} {}.{} {} {:?} {:?} {who:?} {}", c.decision, c.outcome, c.region, c.below, c.periods, c.everybody)
        })
        .collect();
    all.sort();
    all
}

/// The witness asked again, with its facts as they are written.
fn replayed(p: &Policies, c: &Change) -> Option<(Status, Vec<String>)> {
    let head = p.decision(&c.witness.decision).unwrap();
    let mut facts = Facts::new();
    for f in &c.witness.facts {
        polc::input::fact_from_setting(p, head.0, &format!("{}={}", f.input, f.value), &mut facts).unwrap();
    }
    let outcome = p.outcome(head.0, &c.outcome).unwrap();
    let on = polc::value::calendar::parse(&c.witness.on).and_then(|d| d.first()).and_then(Date::from_days).unwrap();
    let mut dates = Dates::on(on);
    if let Some(k) = &c.witness.known_old {
        dates = dates.known_on(polc::value::calendar::parse(k).and_then(|d| d.first()).and_then(Date::from_days).unwrap());
    }
    let q = p.question(p.region(&c.region).unwrap(), head, dates);
    told(p, &q, &facts, outcome)
}

/// One change somewhere: a statement less, another one in its place, moved to another region or head, or one more.
fn changed(original: &[(String, String, Vec<String>)], dice: &mut Dice) -> Vec<(String, String, Vec<String>)> {
    let mut out = original.to_vec();
    let pool = blocks(dice);
    let at = usize::try_from(dice.roll(out.len().max(1) as u64)).unwrap();
    if out.is_empty() {
        return pool;
    }
    let s = usize::try_from(dice.roll(out[at].2.len() as u64)).unwrap();
    match dice.roll(4) {
        0 => {
            out[at].2.remove(s);
        }
        1 => {
            let statement = out[at].2.remove(s);
            let region = dice.pick(&["top", "mid", "low"]).to_string();
            out.push((region, out[at].1.clone(), vec![statement]));
        }
        2 => {
            // Another number or condition, as far as the text has one.
            let text = out[at].2[s].clone();
            let (from, to) =
                [("3", "4"), ("red", "blue"), ("flag", "other"), ("1", "2"), ("<", "<=")][usize::try_from(dice.roll(5)).unwrap()];
            let ids = text.find(" per ").unwrap_or(text.len());
            let (said, rest) = text.split_at(ids);
            out[at].2[s] = format!("{}{rest}", said.replacen(from, to, 1));
        }
        _ => out.extend(pool.into_iter().take(1)),
    }
    out.retain(|b| !b.2.is_empty());
    out
}

fn well_formed(text: &str) -> bool {
    !Policies::from_text("random.pol", text)
        .diagnostics()
        .iter()
        .any(|d| ["E01", "E02", "E03", "E00"].iter().any(|c| d.code.id.starts_with(c)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: support::cases(8), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is moved about, nothing is told.
    #[test]
    fn what_only_moves_changes_nothing(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let original = blocks(&mut dice);
        let mut moved = original.clone();
        for (_, _, statements) in &mut moved {
            dice.shuffle(statements);
        }
        dice.shuffle(&mut moved);
        let (a, b) = (load(&render(&original)), load(&render(&moved)));
        let found = diff(&a, &b, &Scope::default());
        prop_assert!(found.is_empty(), "{}\n{}", polc::diff::text(&found, Default::default()), render(&original));
    }

    /// Every answer that changes is told, and nothing else: asked of everybody, on every side of every date.
    #[test]
    fn one_change_is_told_exactly(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let original = blocks(&mut dice);
        let other = changed(&original, &mut dice);
        let (x, y) = (render(&original), render(&other));
        prop_assume!(well_formed(&x) && well_formed(&y));
        let (a, b) = (load(&x), load(&y));
        let found = diff(&a, &b, &Scope::default());
        let context = || format!("{}\n--- old\n{x}\n--- new\n{y}", polc::diff::text(&found, Default::default()));
        prop_assert_eq!(essence(&found, false), essence(&diff(&b, &a, &Scope::default()), true), "{}", context());
        for c in &found.changes {
            prop_assert_eq!(kind(&replayed(&a, c), &replayed(&b, c)), Some(c.kind), "{:?}\n{}", c, context());
        }
        let (span, hidden) = (dice.roll(10), dice.roll(2));
        let mut facts = Vec::new();
        for n in 0..10 {
            for flag in 0..2 {
                for hue in 0..4 {
                    let mut one = Facts::new();
                    for (name, value) in [("n", n), ("span", span), ("flag", flag), ("other", hidden), ("hue", hue)] {
                        one.tell(input(&a, name), fact(name, value));
                    }
                    facts.push(one);
                }
            }
        }
        for (region, head) in ["top", "mid", "low"].into_iter().flat_map(|r| ["d left", "d right", "e left"].map(|h| (r, h))) {
            for year in [2023, 2024, 2025, 2026] {
                let ask = |p: &Policies| p.question(p.region(region).unwrap(), p.decision(head).unwrap(), Date::new(year, 6, 1).unwrap());
                let (qa, qb) = (ask(&a), ask(&b));
                for outcome in a.outcomes(qa.decision) {
                    let name = polc::internals::program(&a).symbols.outcome(outcome).name.to_string();
                    let about: Vec<&Change> = found.changes.iter().filter(|c| c.outcome == name).collect();
                    let undecided = found.undecided.iter().any(|u| u.outcome == name && (u.region == region || u.below.iter().any(|b| b == region)));
                    for one in &facts {
                        let really = kind(&told(&a, &qa, one, outcome), &told(&b, &qb, one, outcome));
                        let said: Vec<&&Change> = about.iter().filter(|c| concerns(c, &a, &qa, one)).collect();
                        let case = || format!("{region} {head} {name} {year} {one:?}\n{}", context());
                        match really {
                            Some(kind) => prop_assert!(undecided || said.iter().any(|c| c.kind == kind), "not told: {}", case()),
                            None => prop_assert!(said.iter().all(|c| !c.everybody), "told, and is not so: {}", case()),
                        }
                    }
                }
            }
        }
    }
}

// ---- By hand ----

use support::{Folder, polc};

const BASE: &str = r#"
source 办法 "办法" < kind = notice   published = 2024 >
source 法 "法" < kind = law   published = 2024 >
source 网 "网" < kind = web   published = 2024 >
region 甲省 in 全国 per 办法 <
  agency "12393"
  transfer resident->employee <
    when gap <= 3 months: waiting = 0 months
    when gap > 3 months: waiting = 6 months
    payout = 2 months per 网
  >
  retire employee <
    required = 15 years
    let missing = max(0 months, required - total)
    qualifies = (missing = 0 months)
  >
  back_payment employee < when months_old_place + months_new_place > 100 months: amount = round(12% of wage * 2 years, half_up, yuan) >
>
region 甲市 in 甲省 < >
region 乙市 in 甲省 < retire employee: required = 20 years per 办法 >
"#;

fn compare(old: &str, new: &str) -> Diff {
    let read = |text: &str| {
        let p = Policies::from_text("x.pol", text);
        assert!(!p.has_errors(), "{:?}\n{text}", p.diagnostics());
        p
    };
    diff(&read(old), &read(new), &Scope::default())
}

/// With parts of the text replaced; each must be there.
fn with(pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(BASE.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

fn shown(d: &Diff) -> String {
    polc::diff::text(d, Default::default())
}

#[test]
fn refactorings_change_nothing() {
    let same: [&[(&str, &str)]; 6] = [
        &[("missing", "short")],
        &[("when gap <= 3 months", "when not (gap > 3 months)")],
        &[("months_old_place + months_new_place > 100 months", "100 months < months_new_place + months_old_place")],
        &[("gap > 3 months: waiting = 6 months", "gap >= 4 months: waiting = 6 months")],
        &[(
            "region 甲市 in 甲省 < >",
            "region 甲市 in 甲省 < transfer resident->employee per 办法 < when gap <= 3 months: waiting = 0 months\n  when gap > 3 months: waiting = 6 months > >",
        )],
        // The formula with rounding, said again below.
        &[(
            "region 甲市 in 甲省 < >",
            "region 甲市 in 甲省 per 办法 < back_payment employee < when months_old_place + months_new_place > 100 months: amount = round(2 years * wage * 12%, half_up, yuan) > >",
        )],
    ];
    for pairs in same {
        let found = compare(BASE, &with(pairs));
        assert!(found.is_empty(), "{pairs:?}\n{}", shown(&found));
    }
    // A rule lifted to the parent.
    let low = with(&[
        ("    required = 15 years\n", ""),
        ("region 甲市 in 甲省 < >", "region 甲市 in 甲省 < retire employee: required = 15 years per 办法 >"),
    ]);
    let found = compare(&low, BASE);
    assert!(found.changes.iter().all(|c| c.region == "甲省" && !c.below.contains(&"甲市".to_string())), "{}", shown(&found));
}

#[test]
fn files_tables_and_blocks_are_no_matter() {
    let load = |texts: &[(&str, &str)]| {
        let p = Policies::from_texts(texts.iter().map(|(n, t)| ((*n).to_owned(), t.as_bytes().to_vec())).collect());
        assert!(!p.has_errors(), "{:?}", p.diagnostics());
        p
    };
    let source = "source 办法 \"办法\" < kind = notice   published = 2024 >\n";
    let province = "region 甲省 in 全国 per 办法 < transfer resident->employee < when gap <= 3 months: waiting = 0 months\n when gap > 3 months: waiting = 6 months > >\n";
    let rest = "region 甲市 in 甲省 < >\nregion 乙市 in 甲省 < >\n";
    let old = load(&[("a.pol", &[source, province, rest].concat())]);
    // A rule in a file of its own, and a region opened twice.
    let moved = load(&[("b.pol", province), ("c/d.pol", &[rest, source].concat())]);
    let split = "region 甲省 in 全国 per 办法 < transfer resident->employee < when gap > 3 months: waiting = 6 months > >\nregion 甲省 per 办法 < transfer resident->employee: when gap <= 3 months: waiting = 0 months >\n";
    let opened = load(&[("a.pol", &[source, split, rest].concat())]);
    // One condition as two, and rules as a table.
    let halves = "region 甲省 in 全国 per 办法 < transfer resident->employee < when gap <= 3 months: < when online: waiting = 0 months\n when not online: waiting = 0 months >\n when not (gap <= 3 months): waiting = 6 months > >\n";
    let halved = load(&[("a.pol", &[source, halves, rest].concat())]);
    let rows = "region 甲省 in 全国 per 办法 < transfer resident->employee <\n table <\n gap | waiting\n 0..3 months | 0 months\n otherwise | 6 months\n > > >\n";
    let table = load(&[("a.pol", &[source, rows, rest].concat())]);
    // Up the chain: both cities say it, or the province does for both, and is asked about nobody itself.
    let places = format!("region 甲省 in 全国 < >\n{}", rest.replace("乙市", "丙市"));
    let said = |r: &str| {
        format!(
            "region {r} per 办法 < transfer resident->employee < when gap <= 3 months: waiting = 0 months\n when gap > 3 months: waiting = 6 months > >\n"
        )
    };
    let low = load(&[("a.pol", &[source, &places, &said("甲市"), &said("丙市")].concat())]);
    let high = load(&[("a.pol", &[source, &places, &said("甲省")].concat())]);
    for (what, new) in [("moved", &moved), ("opened twice", &opened), ("halved", &halved), ("table", &table)] {
        let found = diff(&old, new, &Scope::default());
        assert!(found.is_empty(), "{what}\n{}", shown(&found));
    }
    let found = diff(&low, &high, &Scope::default());
    assert!(found.changes.iter().all(|c| c.region == "甲省" && c.below.is_empty()) && found.undecided.is_empty(), "{}", shown(&found));
    for city in ["甲市", "丙市"] {
        let found = diff(&low, &high, &Scope { region: Some(city.to_owned()), ..Scope::default() });
        assert!(found.is_empty(), "{city}\n{}", shown(&found));
    }
}

/// What changes for everybody, or in a region that says nothing of it itself, counts where something is said below.
#[test]
fn what_changes_above_counts_below() {
    let pair = |old: &str, new: &str, rest: &str| {
        let of = |part: &str| Policies::from_text("x.pol", &format!("use t\n{part}\n{rest}"));
        let (old, new) = (of(old), of(new));
        for p in [&old, &new] {
            assert!(p.diagnostics().iter().all(|d| !d.code.id.starts_with('E')), "{:?}", p.diagnostics());
        }
        diff(&old, &new, &Scope::default())
            .changes
            .iter()
            .map(|c| format!("{}.{} in {}", c.decision, c.outcome, c.region))
            .collect::<Vec<_>>()
    };
    let rounded = |how: &str| format!("vocabulary t < input inc: money in ¥0..1000  decision g < x: money round {how} > >");
    let law = "source S \"S\" < kind = notice published = 2020 >\nsource W \"W\" < kind = web published = 2021 >\n";
    let thirds = format!("{law}region P in 全国 per S < g: x = inc / 3 >");
    assert_eq!(pair(&rounded("half_up to fen"), &rounded("down to yuan"), &thirds), ["g.x in P"]);
    let never = |n: &str| format!("vocabulary t < input n: count in 0..100  decision g < x: money  y: boolean > {n} >");
    let both = format!("{law}region P in 全国 per S < g < x = ¥1\n y = (n > 3) > >");
    let found = pair(&never("never (g.y = true and g.x = ¥1) \"no\""), &never(""), &both);
    assert!(!found.is_empty() && found.iter().all(|c| c.ends_with("in P")), "{found:?}");
    let plain = "vocabulary t < decision g < x: money > >";
    let deeper = format!("{law}region P in 全国 < g: x = ¥1 per S >\nregion D in P < g: x = ¥9 per W >");
    assert_eq!(pair(plain, &format!("{plain}\nprecedence web over notice"), &deeper), ["g.x in D"]);
    let agency = |name: &str| format!("{plain}\nregion D in 全国 < agency \"{name}\" >");
    let asked = format!("{law}region E in D per S < g: x = refer >");
    assert_eq!(pair(&agency("DA"), &agency("DB"), &asked), ["g.x in E"]);
}

#[test]
fn people_in_very_many_groups_are_counted() {
    let of = |more: &str| {
        let text = format!(
            "use t\nvocabulary t < input n: count in 0..100  decision g < x: count > >\nsource S < kind = law published = 2020 >\nregion P in 全国 per S < g < default x = 1\n{more} > >"
        );
        Policies::from_text("x.pol", &text)
    };
    let odd: String = (0..11).map(|i| format!("when n = {}: x = 2\n", 2 * i + 1)).collect();
    let d = diff(&of(""), &of(&odd), &Scope::default());
    assert_eq!(d.changes.iter().map(|c| c.who.len()).collect::<Vec<_>>(), [11]);
    let text = polc::diff::text(&d, polc::report::Paint::default());
    // Neighbouring whole numbers are one group, however they were written.
    let near = diff(&of(""), &of("when n = 3: x = 2\nwhen n = 4: x = 2\nwhen n in 5..8: x = 2\n"), &Scope::default());
    assert_eq!(near.changes.iter().map(|c| c.who.len()).collect::<Vec<_>>(), [1], "{near:#?}");
    assert!(text.contains("3 more groups of people") && text.matches("n = ").count() < 11, "{text}");
}

#[test]
fn the_larger_of_two_sums_is_the_same_in_both() {
    let lab = |least: u32, more: &str| {
        format!(
            "use lab\nvocabulary lab < enum kind < a | b | c | d | e | f | g >  input kinds: list of kind  input x: months in 0 months..600 months  input y: months in 0 months..600 months\n decision d < short: months partial  fine: boolean partial > decision e < other: boolean partial > >\nsource s \"s\" < kind = law published = 2020 >\nregion r per s <\n d < when a in kinds: short = max(0 months, {least} months - x)\n when not (a in kinds): short = max(0 months, {least} months - (x + y))\n fine = (short = 0 months) >\n e: other = (b in kinds or c in kinds or d in kinds or e in kinds or f in kinds or g in kinds)\n{more}>\n"
        )
    };
    let found = compare(&lab(180, ""), &lab(168, ""));
    // Each version has a maximum of its own; that one falls with the other is seen, and lists are taken apart only by what is asked here.
    assert!(found.undecided.is_empty(), "{}", shown(&found));
    let fine: Vec<_> = found.changes.iter().filter(|c| c.outcome == "fine").collect();
    assert!(!fine.is_empty() && fine.iter().all(|c| c.kind == Kind::Changed), "{}", shown(&found));
    for c in fine {
        let said = |a: &Option<polc::eval::OutcomeAnswer>| a.as_ref().unwrap().alternatives[0].text.clone();
        assert_eq!((said(&c.witness.old), said(&c.witness.new)), ("false".to_owned(), "true".to_owned()));
    }
    assert!(shown(&found).contains("x + y is 168..179 months"), "{}", shown(&found));
    assert!(compare(&lab(180, ""), &lab(180, "e: let nothing = 1\n")).is_empty());
}

#[test]
fn a_decision_may_be_asked_with_its_arguments() {
    let other = with(&[("waiting = 6 months", "waiting = 5 months")]);
    let read = |text: &str| Policies::from_text("x.pol", text);
    let (old, new) = (read(BASE), read(&other));
    let scope = |head: &str| Scope { decision: Some(head.to_owned()), ..Scope::default() };
    let found = diff(&old, &new, &scope("transfer resident->employee"));
    let [c] = found.changes.as_slice() else { panic!("{}", shown(&found)) };
    assert_eq!(
        (c.witness.decision.as_str(), c.who.as_slice()),
        ("transfer resident->employee", &[vec!["gap is at least 4 months".to_owned()]][..])
    );
    assert!(diff(&old, &new, &scope("transfer employee->resident")).is_empty());
    assert_eq!(diff(&old, &new, &scope("transfer")).changes.len(), 1);
}

#[test]
fn what_became_known_later_is_owed() {
    // 300 more from 2024 on, published in March 2025: whoever was answered in 2024 is owed it.
    let text = r#"
source 旧 "旧" < kind = notice   published = 2023 >
source 新 "新" < kind = notice   published = 2025-03-10 >
region 甲省 in 全国 < reimburse outpatient < deductible = ¥500 until 2023-12-31 per 旧   deductible = ¥800 from 2024 per 旧 > >
region 甲市 in 甲省 < reimburse outpatient: deductible = ¥300 from 2024-07-01 per 新 >
"#;
    let p = Policies::from_text("x.pol", text);
    assert!(!p.has_errors(), "{:?}", p.diagnostics());
    let day = |y, m, d| Date::new(y, m, d).unwrap().days();
    let scope = Scope { known: Some([day(2024, 12, 31), day(2025, 12, 31)]), ..Scope::default() };
    let found = diff(&p, &p, &scope);
    let [c] = found.changes.as_slice() else { panic!("{}", shown(&found)) };
    assert_eq!((c.region.as_str(), c.outcome.as_str(), c.kind, c.below.len()), ("甲市", "deductible", Kind::Changed, 0));
    assert_eq!((c.periods[0].from.as_deref(), c.periods[0].until.as_deref()), (Some("2024-07-01"), None));
    assert_eq!(c.witness.difference.as_deref(), Some("-¥500"), "{}", shown(&found));
}

// ---- A population ----

#[cfg(feature = "batch")]
#[test]
fn a_population_is_counted_as_its_people_are_answered() {
    let folder = Folder::new();
    let at = folder.path();
    folder.write("old.pol", BASE);
    folder.write(
        "new.pol",
        with(&[
            ("waiting = 6 months", "waiting = 4 months"),
            ("required = 15 years", "required = 10 years"),
            ("2 years, half_up", "3 years, half_up"),
        ]),
    );
    let (old, new) = (Policies::load(&[at.join("old.pol")]), Policies::load(&[at.join("new.pol")]));
    let mut csv = "id,region,origin,target,scheme,gap,total,wage,months_old_place,months_new_place\n".to_owned();
    let mut lines = String::new();
    let (mut changed, mut waiting, mut amount, mut anybody) = (0, 0, 0_i128, 0);
    let mut dice = Dice(11);
    for id in 0..400 {
        let region = dice.pick(&["甲市", "乙市", "甲省"]);
        let (gap, total, wage) = (dice.roll(9), dice.roll(300), 1000 + dice.roll(500));
        let (a, b) = (dice.roll(80), dice.roll(80));
        csv.push_str(&format!("{id},{region},resident,employee,employee,{gap},{total} months,{wage}.50,{a},{b}\n"));
        lines.push_str(&format!("{{\"id\": {id}, \"region\": \"{region}\", \"origin\": \"resident\", \"target\": \"employee\", \"scheme\": \"employee\", \"gap\": {gap}, \"total\": \"{total} months\", \"wage\": {wage}.50, \"months_old_place\": {a}, \"months_new_place\": {b}}}\n"));
        let mut any = false;
        for (head, outcome) in [
            ("transfer resident->employee", "waiting"),
            ("retire employee", "required"),
            ("retire employee", "qualifies"),
            ("back_payment employee", "amount"),
        ] {
            let said = [&old, &new].map(|p| {
                let head = p.decision(head).unwrap();
                let mut facts = Facts::new();
                for set in [
                    format!("gap={gap} months"),
                    format!("total={total} months"),
                    format!("wage=¥{wage}.50/month"),
                    format!("months_old_place={a} months"),
                    format!("months_new_place={b} months"),
                ] {
                    polc::input::fact_from_setting(p, head.0, &set, &mut facts).unwrap();
                }
                let id = p.outcome(head.0, outcome).unwrap();
                let q = p.question(p.region(region).unwrap(), head, Date::new(2025, 6, 1).unwrap());
                p.answer_outcome(&q, &facts, id, Detail::default())
            });
            let text = |a: &polc::eval::OutcomeAnswer| (a.status, a.alternatives.iter().map(|x| x.text.clone()).collect::<Vec<_>>());
            if text(&said[0]) != text(&said[1]) {
                any = true;
                changed += u64::from(outcome == "qualifies");
                waiting += u64::from(outcome == "waiting");
                if outcome == "amount" {
                    let yuan = |a: &polc::eval::OutcomeAnswer| a.alternatives[0].text.replace(['¥', ',', '_'], "").parse::<i128>().unwrap();
                    amount += yuan(&said[1]) - yuan(&said[0]);
                }
            }
        }
        anybody += u64::from(any);
    }
    assert!(changed > 0 && waiting > 0 && amount > 0);
    folder.write("p.csv", csv.replace('\n', "\r\n"));
    folder.write("p.ndjson", lines);
    for (file, threads) in [("p.csv", "1"), ("p.csv", "3"), ("p.ndjson", "2")] {
        let args = [
            "diff",
            "old.pol",
            "new.pol",
            "--on",
            "2025-06-01",
            "--population",
            file,
            "--ignore-columns",
            "--threads",
            threads,
            "--format",
            "json",
        ];
        let run = polc(at, &args).fine();
        let found: Diff = serde_json::from_str(&run.out).unwrap();
        let people = found.population.unwrap();
        assert_eq!((people.people, people.changed, people.unknown, people.bad_rows), (400, anybody, 0, 0), "{file}");
        let total = |name: &str| people.totals.iter().find(|t| t.outcome == name).unwrap().clone();
        assert_eq!((total("qualifies").changed, total("waiting").changed), (changed, waiting), "{file}");
        let sum = total("amount").difference.unwrap().replace(['¥', '+', ',', '_'], "").parse::<i128>().unwrap();
        assert_eq!(sum, amount, "{file}");
        let by_region: u64 = total("waiting").regions.iter().map(|r| r.changed).sum();
        assert_eq!(by_region, waiting, "{file}");
    }
    let inside =
        polc(at, &["diff", "old.pol", "new.pol", "--on", "2025-06-01", "--population", "p.csv", "--ignore-columns", "--region", "乙市"])
            .fine();
    let some = csv.lines().filter(|l| l.contains(",乙市,")).count();
    assert!(inside.out.contains(&format!("  {some} people on")), "{}", inside.out);
}

#[cfg(feature = "batch")]
#[test]
fn bad_rows_of_a_population_are_named() {
    let folder = Folder::new();
    let at = folder.path();
    folder.write("old.pol", BASE);
    // 丙市 is known to the new version only: who lives there gets an answer that was not there.
    folder.write("new.pol", with(&[("waiting = 6 months", "waiting = 4 months")]) + "region 丙市 in 甲省 < >\n");
    let ask =
        |file: &str, more: &[&str]| polc(at, &[&["diff", "old.pol", "new.pol", "--on", "2025-06-01", "--population", file], more].concat());
    let rows = "region,origin,target,gap\n甲市,resident,employee,5\n丙市,resident,employee,5\n丁市,resident,employee,5\n甲市,resident,employee,5x\n甲市,resident,employee\n";
    folder.write("p.csv", rows);
    let run = ask("p.csv", &[]).ends(1).says(&[
        "E0909",
        "row 3 (line 4), column `region`",
        "E0902",
        "row 4 (line 5), column `gap`",
        "E0911",
        "row 5",
        "nobody was counted",
    ]);
    assert_eq!(run.out, "");
    let run = ask("p.csv", &["--on-error", "report"]).ends(1).says(&["row 3 (line 4)"]);
    assert!(
        run.out.contains("2 people on 2025-06-01: answers change for 2, facts are missing of 0, 3 rows could not be read"),
        "{}",
        run.out
    );
    folder.write("q.csv", "place,from_scheme,to_scheme,pause,weight\n甲市,resident,employee,5,70\n");
    ask("q.csv", &[]).ends(2).says(&["there is no column `region`"]);
    let mapped = ["--region-column", "place", "--map", "from_scheme=1", "--map", "to_scheme=2", "--map", "pause=gap:months"];
    ask("q.csv", &mapped).ends(2).says(&["E0901", "`weight`", "--ignore-columns"]);
    let run = ask("q.csv", &[&mapped[..], &["--ignore-columns"]].concat()).fine();
    assert!(run.out.contains("waiting changes for 1, -2 months in total over 1 of them"), "{}", run.out);
    ask("q.csv", &["--region-column", "place", "--map", "pause=nothing"]).ends(2).says(&["E0901", "nothing"]);
    ask("q.csv", &["--map", "pause"]).ends(2).says(&["--map COLUMN=NAME"]);
    ask("none.csv", &[]).ends(2).says(&["E0001", "none.csv"]);
    folder.write("q.txt", "");
    ask("q.txt", &[]).ends(2).says(&["--population-format"]);
    folder.write("p.ndjson", "{\"region\": \"甲市\", \"gap\": 5}\n{\"region\": \"甲市\", \"gab\": 5}\n{\"gap\": 5}\n{\n");
    ask("p.ndjson", &[]).ends(1).says(&[
        "row 2 (line 2), column `gab`",
        "did you mean `gap`",
        "row 3 (line 3), column `region`",
        "row 4 (line 4)",
    ]);
    folder.write("short.parquet", "PAR1 and nothing else");
    ask("short.parquet", &[]).ends(2).says(&["E0001", "Parquet"]);
}

#[test]
fn inheriting_regions_stand_below() {
    let found = compare(BASE, &with(&[("required = 15 years", "required = 10 years")]));
    let c = found.changes.iter().find(|c| c.outcome == "required").unwrap();
    assert_eq!(
        (c.region.as_str(), c.below.as_slice(), c.witness.difference.as_deref()),
        ("甲省", &["甲市".to_string()][..], Some("-5 years"))
    );
    // 乙市 has a number of its own, and the formula reads it.
    assert!(found.changes.iter().all(|c| c.region != "乙市" && !c.below.contains(&"乙市".to_string())), "{}", shown(&found));
    let q = found.changes.iter().find(|c| c.outcome == "qualifies").unwrap();
    assert_eq!(q.who, [["scheme = employee".to_string(), "total is 120..179 months".to_string()]]);
}

#[test]
fn sums_of_facts_are_told_exactly() {
    let found = compare(BASE, &with(&[("> 100 months", "> 90 months")]));
    let [c] = found.changes.as_slice() else { panic!("{}", shown(&found)) };
    assert_eq!((c.kind, found.undecided.len()), (Kind::Added, 0), "{}", shown(&found));
}

#[test]
fn claims_agencies_and_sources() {
    let found = compare(BASE, &with(&[("    payout = 2 months per 网\n", "")]));
    assert!(matches!(found.changes.as_slice(), [c] if c.kind == Kind::Removed && c.outcome == "payout"), "{}", shown(&found));
    let found = compare(BASE, &with(&[("payout = 2 months", "payout = refer")]));
    let agency = with(&[("payout = 2 months", "payout = refer"), ("12393", "12345")]);
    let other = compare(&with(&[("payout = 2 months", "payout = refer")]), &agency);
    for (found, words) in [(found, "ask 12393"), (other, "ask 12345")] {
        let [c] = found.changes.as_slice() else { panic!("{}", shown(&found)) };
        assert!(shown(&found).contains(words) && c.below.len() == 2, "{}", shown(&found));
    }
    let found = compare(BASE, &with(&[("required = 20 years per 办法", "required = 20 years per 法 hedged \"一般\"")]));
    assert!(found.changes.is_empty() && found.undecided.is_empty(), "{}", shown(&found));
    let c = found.papers.iter().find(|c| c.outcome == "required").unwrap();
    assert_eq!((c.region.as_str(), c.papers.len()), ("乙市", 3));
}

#[test]
fn names_that_come_and_go() {
    let found = compare(BASE, &with(&[("region 乙市", "region 丙市")]));
    let text = shown(&found);
    assert!(text.contains("region 乙市: removed; it looks renamed to `丙市`"), "{text}");
    assert!(found.changes.iter().any(|c| c.region == "丙市" && c.kind == Kind::Added), "{text}");
    assert!(found.changes.iter().any(|c| c.region == "乙市" && c.kind == Kind::Removed), "{text}");
    let vocabulary = |values: &str, bound: u32, rule: &str| {
        format!(
            "use lab\nvocabulary lab < enum hue < {values} > input hue: hue  input n: count in 0..{bound}  decision d < x: money > >\nsource s \"s\" < kind = law published = 2020 >\nregion r per s < d < {rule} > >\n"
        )
    };
    let rule = "when hue = red: x = ¥1\n when hue != red: x = ¥2";
    let found = compare(&vocabulary("red | blue", 9, rule), &vocabulary("blue | red | green", 9, rule));
    assert!(found.changes.iter().all(|c| c.kind == Kind::Added && c.who == [["hue = green".to_string()]]), "{}", shown(&found));
    assert_eq!(found.names.len(), 1);
    let rule = "when n > 5: x = ¥1\n when n <= 5: x = ¥2";
    let found = compare(&vocabulary("red | blue", 9, rule), &vocabulary("red | blue", 12, rule));
    assert!(matches!(found.changes.as_slice(), [c] if c.kind == Kind::Added && c.witness.facts[0].value == "10"), "{}", shown(&found));
}

#[test]
fn what_was_known() {
    // The number is the same now; in 2024 nobody knew it.
    let found = compare(
        BASE,
        &BASE.replace(
            "source 办法 \"办法\" < kind = notice   published = 2024 >",
            "source 办法 \"办法\" < kind = notice   published = 2025 >",
        ),
    );
    let c = found.changes.iter().find(|c| c.outcome == "waiting").unwrap();
    assert_eq!(
        (c.kind, c.periods[0].known_from.as_deref(), c.periods[0].known_until.as_deref()),
        (Kind::Removed, Some("2024-12-31"), Some("2025-12-30"))
    );
    let p = Policies::from_text("x.pol", BASE);
    let day = |y| Date::new(y, 6, 1).unwrap().days();
    let scope = Scope { known: Some([day(2021), day(2025)]), ..Scope::default() };
    let found = diff(&p, &p, &scope);
    assert!(
        found.changes.iter().any(|c| c.kind == Kind::Added && c.witness.known_old.as_deref() == Some("2021-06-01")),
        "{}",
        shown(&found)
    );
    let same = Scope { known: Some([day(2025), day(2026)]), ..Scope::default() };
    assert!(diff(&p, &p, &same).is_empty());
}

// ---- The page ----

#[test]
fn the_page_does_what_it_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diff.md")).unwrap();
    let folder = Folder::new();
    let lines: Vec<&str> = page.lines().collect();
    let mut made = page.clone();
    let mut run = 0;
    for (i, line) in lines.iter().enumerate() {
        let body = |from: usize| lines[from..].iter().copied().take_while(|l| *l != "```").collect::<Vec<_>>();
        if let Some(name) = line.strip_prefix('`').and_then(|l| l.strip_suffix("`:")) {
            folder.write(name, body(i + 3).join("\n") + "\n");
        }
        if *line == "```console" {
            let shown = body(i + 1);
            let args: Vec<&str> = shown[0].strip_prefix("$ polc ").unwrap().split(' ').collect();
            let out = polc(folder.path(), &args).ends(0).out;
            run += 1;
            made = made.replace(&format!("```console\n{}\n```", shown.join("\n")), &format!("```console\n{}\n{out}```", shown[0]));
        }
    }
    assert_eq!(run, 3);
    if std::env::var_os("POLC_REFRESH").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diff.md"), &made).unwrap();
    } else {
        assert_eq!(page, made, "`POLC_REFRESH=1 cargo test --test diff page` writes it anew");
    }
}

fn git(folder: &Folder, args: &[&str]) {
    let run = std::process::Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"])
        .args(args)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn revisions_exit_codes_and_wrong_usage() {
    let folder = Folder::new();
    let at = folder.path();
    folder.write("policies/甲省/x.pol", BASE);
    polc(at, &["diff", "HEAD~1", "HEAD"]).ends(2).says(&["no git repository"]);
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "one"]);
    std::fs::remove_file(at.join("policies/甲省/x.pol")).unwrap();
    folder.write("policies/y.pol", BASE);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "a file renamed"]);
    assert!(polc(at, &["diff", "HEAD~1", "HEAD", "--exit-code"]).ends(0).out.contains("no answer changes"));
    folder.write("policies/y.pol", BASE.replace("15 years", "10 years"));
    for args in [
        &["diff", "HEAD", "policies", "--exit-code"][..],
        &["diff", "HEAD~1", "policies", "--exit-code", "--decision", "retire", "--on", "2025"],
    ] {
        let run = polc(at, args).ends(1);
        assert!(run.out.contains("retire.required") && run.out.contains("policies/y.pol:"), "{}", run.out);
    }
    git(&folder, &["commit", "-qam", "another number"]);
    polc(at, &["diff", "--git", "HEAD~1..HEAD", "--exit-code"]).ends(1);
    polc(at, &["diff", "HEAD~1", "HEAD", "--exit-code", "--", "policies"]).ends(1);
    polc(at, &["diff", "HEAD~1", "HEAD", "--exit-code", "--decision", "transfer"]).ends(0);
    polc(at, &["diff", "HEAD~1", "HEAD", "--exit-code", "--region", "甲市"]).ends(1);
    polc(at, &["diff", "HEAD~1", "HEAD", "--region", "甲帝"]).ends(2).says(&["E0909"]);
    polc(at, &["diff", "HEAD~9", "HEAD"]).ends(2).says(&["`HEAD~9` is neither"]);
    polc(at, &["diff", "--upload-pack=x", "HEAD"]).ends(2);
    polc(at, &["diff", "--git", "..HEAD"]).ends(2).says(&["as in main..HEAD"]);
    polc(at, &["diff", "policies"]).ends(2).says(&["name two versions"]);
    polc(at, &["diff", "policies", "--known-on", "2024"]).ends(2).says(&["given twice"]);
    polc(at, &["diff", "HEAD~1", "HEAD", "--", "nowhere"]).ends(2).says(&["no `.pol` files"]);
    polc(at, &["diff", "HEAD", "policies", "--on", "2025..2024"]).ends(2).says(&["comes before"]);
    polc(at, &["diff", "HEAD~1", "HEAD", "--region-column", "place"]).ends(2).says(&["--population"]);
    folder.write("bad.pol", "region 甲省 < nothing = >");
    polc(at, &["diff", "policies", "bad.pol"]).ends(1).says(&["these problems are those of bad.pol"]);
}
