//! In: what the tests exercise. Out: an LCOV tracefile that ordinary viewers show. Never here: counting, reports for people.
//!
//! A block of statements (a head in a region) is a function, a line on which statements or rows begin is a line, each condition is a
//! branch with two sides: 0 held, 1 did not hold. The counts are questions. A line on which several things begin counts the least
//! exercised of them, so that no viewer hides it.

use super::coverage::{Coverage, Item, Kind};
use lcov::Record;
use std::collections::BTreeMap;

/// The whole tracefile; files in their order.
pub fn lcov(c: &Coverage) -> String {
    let mut records = Vec::new();
    for file in &c.files {
        let items: Vec<&Item> = c.items.iter().filter(|i| i.at.file == file.name).collect();
        records.push(Record::TestName { name: String::new() });
        records.push(Record::SourceFile { path: one_line(&file.name).into() });
        functions(&items, &mut records);
        branches(&items, &mut records);
        lines(&items, &mut records);
        records.push(Record::EndOfRecord);
    }
    records.iter().map(|r| format!("{r}\n")).collect()
}

/// A function is hit as often as the most exercised of its statements.
fn functions(items: &[&Item], out: &mut Vec<Record>) {
    let mut functions: BTreeMap<String, (u32, u64)> = BTreeMap::new();
    for item in items.iter().filter(|i| !matches!(i.kind, Kind::Condition | Kind::Never)) {
        let name = one_line(&format!("{} {}", item.region.as_deref().unwrap_or_default(), item.decision));
        let (line, hits) = functions.entry(name).or_insert((line(item), 0));
        *line = (*line).min(self::line(item));
        *hits = (*hits).max(count(item.hits));
    }
    out.extend(functions.iter().map(|(name, (line, _))| Record::FunctionName { name: name.clone(), start_line: *line }));
    out.extend(functions.iter().map(|(name, (_, hits))| Record::FunctionData { name: name.clone(), count: *hits }));
    out.push(Record::FunctionsFound { found: short(functions.len()) });
    out.push(Record::FunctionsHit { hit: short(functions.values().filter(|(_, hits)| *hits > 0).count()) });
}

fn branches(items: &[&Item], out: &mut Vec<Record>) {
    let (mut found, mut hit, mut block, mut last) = (0u32, 0u32, 0u32, 0u32);
    let mut conditions: Vec<(&Item, super::coverage::Sides)> = items.iter().filter_map(|i| Some((*i, i.sides?))).collect();
    conditions.sort_by_key(|(i, _)| i.at.line);
    for (item, sides) in conditions {
        let line = line(item);
        block = if line == last { block + 1 } else { 0 };
        last = line;
        let decided = sides.held > 0 || sides.failed > 0;
        for (branch, side) in [(0, sides.held), (1, sides.failed)] {
            found += 1;
            hit += u32::from(side > 0);
            // `-` says that the condition was never decided.
            out.push(Record::BranchData { line, block, branch, taken: decided.then(|| count(side)) });
        }
    }
    out.push(Record::BranchesFound { found });
    out.push(Record::BranchesHit { hit });
}

fn lines(items: &[&Item], out: &mut Vec<Record>) {
    let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
    for item in items.iter().filter(|i| i.kind != Kind::Condition) {
        let hits = lines.entry(line(item)).or_insert(u64::MAX);
        *hits = (*hits).min(count(item.hits));
    }
    // A condition on a line of its own: asked or not.
    for item in items.iter().filter(|i| i.kind == Kind::Condition) {
        lines.entry(line(item)).or_insert(count(item.hits));
    }
    let (found, hit) = (lines.len(), lines.values().filter(|hits| **hits > 0).count());
    out.extend(lines.into_iter().map(|(line, count)| Record::LineData { line, count, checksum: None }));
    out.push(Record::LinesFound { found: short(found) });
    out.push(Record::LinesHit { hit: short(hit) });
}

fn line(item: &Item) -> u32 {
    short(item.at.line)
}

fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A record is a line: whatever would end it becomes a blank.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
