//! In: paths or texts. Out: loaded policies that answer questions, from as many threads as you like. Never here: the command line.

mod kept;

use crate::analysis;
use crate::cache::{Cache, Held};
use crate::compile::{Compiled, compile};
use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::eval::{self, Answer, Facts, Moment, OutcomeAnswer, Question};
use crate::export::{self, Content, ExportError, Restored};
use crate::hir::{DecisionId, Enum};
use crate::load::{self, LoadOptions, Loaded};
use crate::program::{OutcomeId, Program};
use crate::source::{FileId, SourceFile, SourceMap};
use crate::syntax;
use crate::value::{Date, InputId, Names, RegionId, calendar};
use kept::Kept;
use smol_str::SmolStr;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Policies, checked and ready to answer. Cheap to share: answering needs no `mut`.
#[derive(Debug)]
pub struct Policies {
    pub(crate) map: SourceMap,
    pub(crate) program: Held,
    pub(crate) diagnostics: Vec<Diagnostic>,
    files: usize,
    complete: bool,
    digest: OnceLock<String>,
    /// What the cache knows of them.
    kept: Option<Kept>,
}

/// What [`Policies::analyse`] looks for.
#[derive(Default)]
pub struct Analyse<'a> {
    /// Also what has ended by this day.
    pub on: Option<Date>,
    /// Called with how much is done of how much, from any thread.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl std::fmt::Debug for Analyse<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyse").field("on", &self.on).finish_non_exhaustive()
    }
}

/// Why a question cannot be asked: an unknown region, decision or argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(Vec<Diagnostic>);

impl Refused {
    /// What is wrong; none of it has a place in the policies.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl std::ops::Deref for Refused {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl IntoIterator for Refused {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Vec<Diagnostic>> for Refused {
    fn from(found: Vec<Diagnostic>) -> Self {
        Refused(found)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, d) in self.0.iter().enumerate() {
            let line = if i == 0 { "" } else { "\n" };
            write!(f, "{line}{}: {}", d.code.id, d.message)?;
            if let Some(help) = &d.help {
                write!(f, " ({help})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

/// A decision with its arguments, as [`Policies::decision`] reads it; `None` is an argument that is not told.
pub type Head = (DecisionId, Vec<Option<u16>>);

/// The dates of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    on: Date,
    known: Option<Date>,
}

impl Dates {
    /// What is in force on this day.
    pub fn on(day: Date) -> Self {
        Dates { on: day, known: None }
    }

    /// Answered as one would have with what had been published by this day.
    #[must_use]
    pub fn known_on(self, day: Date) -> Self {
        Dates { known: Some(day), ..self }
    }
}

impl From<Date> for Dates {
    fn from(day: Date) -> Self {
        Dates::on(day)
    }
}

impl From<Dates> for Moment {
    fn from(dates: Dates) -> Self {
        Moment { on: dates.on.days(), known: dates.known.map(Date::days) }
    }
}

/// How much an answer tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Explain each alternative.
    pub explain: bool,
}

impl Policies {
    /// Reads files and folders, with the standard vocabulary; or one exported file (`.json`), which is a whole set of policies.
    ///
    /// Never fails: what could not be read or is wrong stands in [`Policies::diagnostics`]; statements with errors answer nothing.
    pub fn load(paths: &[PathBuf]) -> Policies {
        Policies::load_with(paths, None)
    }

    /// The same, with a cache: what was worked out before about just these texts is not worked out again, and what is now is kept.
    /// Whatever the cache holds, the policies are the same.
    pub fn load_with(paths: &[PathBuf], cache: Option<&Cache>) -> Policies {
        Policies::from_loaded(load::load_sources(paths, &LoadOptions::default()), cache)
    }

    /// Policies from one text, with the standard vocabulary.
    pub fn from_text(name: &str, text: &str) -> Policies {
        let mut loaded = load::load_sources(&[], &LoadOptions::default());
        // No paths were asked for, so that none were found is no fault.
        loaded.diagnostics.clear();
        loaded.map.add(SourceFile::new(name, text, false));
        loaded.files = 1;
        Policies::from_loaded(loaded, None)
    }

    /// Policies from texts that were read already, each with its path: what [`Policies::load`] makes of a folder with these files.
    pub fn from_texts(texts: Vec<(String, Vec<u8>)>) -> Policies {
        Policies::from_loaded(load::load_texts(texts, &LoadOptions::default()), None)
    }

    /// Policies from these texts alone, without the standard vocabulary.
    pub(crate) fn bare(texts: &[(&str, &str)]) -> Policies {
        let mut loaded = Loaded { files: texts.len(), ..Loaded::default() };
        for (name, text) in texts {
            loaded.map.add(SourceFile::new(*name, *text, false));
        }
        Policies::from_loaded(loaded, None)
    }

    /// Policies from the text of an exported file, just as they were exported; `name` is what messages call it.
    ///
    /// Never fails: a file that cannot be used leaves no policies and says why in [`Policies::diagnostics`].
    ///
    /// ```
    /// use polc::Policies;
    ///
    /// let policies = Policies::from_text("demo.pol", "region 西宁 < transfer resident->employee: waiting = 3 months >");
    /// let text = policies.export().unwrap();
    /// let again = Policies::from_exported("demo.json", &text);
    /// assert_eq!(again.digest(), policies.digest());
    /// assert_eq!(again.diagnostics(), policies.diagnostics());
    /// ```
    pub fn from_exported(name: &str, text: &str) -> Policies {
        Policies::restored(export::read(name, text))
    }

    fn restored(read: Result<Restored, Box<Diagnostic>>) -> Policies {
        let complete = read.is_ok();
        let r =
            read.unwrap_or_else(|d| Restored { map: SourceMap::default(), program: Program::default(), diagnostics: vec![*d], files: 1 });
        Policies {
            map: r.map,
            program: r.program.into(),
            diagnostics: r.diagnostics,
            files: r.files,
            complete,
            digest: OnceLock::new(),
            kept: None,
        }
    }

    /// The text of a file that holds these policies with everything a consumer needs (`docs/export.md`): the same for the same policies.
    ///
    /// Policies with errors are not exported.
    pub fn export(&self) -> Result<String, ExportError> {
        if self.has_errors() || !self.complete {
            return Err(ExportError::Errors);
        }
        export::write(&Content {
            map: &self.map,
            digest: self.digest(),
            program: &self.program,
            diagnostics: &self.diagnostics,
            files: self.files,
        })
    }

    fn from_loaded(loaded: Loaded, cache: Option<&Cache>) -> Policies {
        if let Some((name, text)) = loaded.exported {
            return Policies::from_exported(&name, &text);
        }
        let complete = loaded.complete();
        let (program, mut found, kept) = match cache {
            Some(cache) => {
                let (program, found, kept) = kept::checked(&loaded.map, cache);
                (program, found, Some(kept))
            }
            None => {
                let Compiled { program, diagnostics, .. } = compile(&loaded.map);
                (program.into(), diagnostics, None)
            }
        };
        found.extend(loaded.diagnostics);
        crate::diagnostics::sort(&mut found);
        Policies { map: loaded.map, program, diagnostics: found, files: loaded.files, complete, digest: OnceLock::new(), kept }
    }

    /// The same with one more file, and that file.
    pub(crate) fn beside(&self, name: &str, text: &str) -> (Policies, FileId) {
        let mut map = self.map.clone();
        let file = map.add(SourceFile::new(name, text, false));
        (Policies::from_loaded(Loaded { map, files: self.files + 1, ..Loaded::default() }, None), file)
    }

    /// Everything found wrong with them, in source order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Looks for persons besides: two rules that contradict each other for somebody, somebody without an answer, statements that nobody gets. Everything
    /// found, with what loading found, in source order; what could not be decided is among it as a note. Policies with errors of form, names or types are
    /// not looked at further: half of them would give false findings.
    pub fn analyse(&self, asked: &Analyse) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.clone();
        let whole = |d: &Diagnostic| d.severity() != Severity::Error || ["E06", "E05"].iter().any(|c| d.code.id.starts_with(c));
        if self.complete && self.diagnostics.iter().all(whole) {
            let silent = |_: usize, _: usize| {};
            let asked =
                analysis::Asked { on: asked.on.map(Date::days), found: &self.diagnostics, progress: asked.progress.unwrap_or(&silent) };
            all.extend(match &self.kept {
                Some(kept) => kept.persons(&self.program, &asked),
                None => crate::stack::wide(|| analysis::deep(&self.program, &asked)).diagnostics(&self.program.symbols),
            });
            crate::diagnostics::sort(&mut all);
        }
        all
    }

    pub(crate) fn in_part(&self) -> bool {
        self.kept.as_ref().is_some_and(Kept::in_part)
    }

    /// Their texts, in which diagnostics have their places.
    pub fn sources(&self) -> &SourceMap {
        &self.map
    }

    /// How many files were read from disk.
    pub fn files(&self) -> usize {
        self.files
    }

    /// Whether every file asked for was read.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// A digest of their texts, the standard vocabulary included: answers of equal digest, version, question and dates are equal.
    pub fn digest(&self) -> &str {
        self.digest.get_or_init(|| self.map.digest())
    }

    /// Whether anything found is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity() == Severity::Error)
    }

    /// The region with this name or alias.
    pub fn region(&self, name: &str) -> Result<RegionId, Refused> {
        let symbols = &self.program.symbols;
        symbols.region_by_name.get(name).copied().ok_or_else(|| {
            let known = symbols.region_by_name.keys().map(SmolStr::as_str);
            vec![named(&codes::E0909, "region", name, known)].into()
        })
    }

    /// A decision with its arguments, as in `transfer resident->employee`; arguments left out are not told.
    pub fn decision(&self, head: &str) -> Result<Head, Refused> {
        let file = FileId(u32::MAX);
        // The text stands in no file: messages name what they are about.
        let parsed = syntax::parse_head(file, head)
            .map_err(|found| found.into_iter().map(|d| unplaced(d, &format!("the decision `{head}`"))).collect::<Vec<_>>())?;
        let symbols = &self.program.symbols;
        let name = &parsed.decision.text;
        let mut found: Vec<DecisionId> = symbols.scopes.iter().filter_map(|s| s.decisions.get(name.as_str()).copied()).collect();
        found.sort_unstable();
        found.dedup();
        if found.len() > 1 {
            // The standard vocabulary is always there: a decision about which nothing is said does not stand in the way of one that is used.
            let used: Vec<DecisionId> = found.iter().copied().filter(|d| self.says_something(*d)).collect();
            if used.len() == 1 {
                found = used;
            }
        }
        let decision = match found.as_slice() {
            [one] => *one,
            [] => {
                let known: Vec<&str> = symbols.scopes.iter().flat_map(|s| s.decisions.keys().map(SmolStr::as_str)).collect();
                return Err(vec![named(&codes::E0910, "decision", name, known)].into());
            }
            _ => {
                let owners: Vec<&str> = found.iter().map(|d| symbols.vocabulary(symbols.decision(*d).vocab).name.as_str()).collect();
                return Err(vec![
                    Diagnostic::about(
                        &codes::E0910,
                        None,
                        format!("`{name}` is a decision of several vocabularies: {}", owners.join(", ")),
                    )
                    .help("load the policies of one vocabulary at a time"),
                ]
                .into());
            }
        };
        let info = symbols.decision(decision);
        if parsed.args.is_empty() {
            return Ok((decision, vec![None; info.args.len()]));
        }
        let short = !info.arrow && parsed.args.len() < info.args.len();
        if parsed.args.len() != info.args.len() && !short {
            let names: Vec<&str> = info.args.iter().map(|a| a.name.as_str()).collect();
            return Err(vec![
                Diagnostic::about(
                    &codes::E0910,
                    None,
                    format!("`{}` takes {} arguments, but {} stand in `{head}`", info.name, info.args.len(), parsed.args.len()),
                )
                .help(format!("write `{} {}`", info.name, names.join(if info.arrow { "->" } else { ", " }))),
            ]
            .into());
        }
        let mut args = Vec::new();
        let mut wrong = Vec::new();
        for (pattern, arg) in parsed.args.iter().zip(&info.args) {
            let e = symbols.enum_(arg.ty);
            match pattern.alternatives.as_slice() {
                [] => args.push(None),
                [one] => match value(e, &one.text) {
                    Ok(v) => args.push(Some(v)),
                    Err(d) => wrong.push(*d),
                },
                _ => wrong.push(
                    Diagnostic::about(&codes::E0910, None, format!("a question names one value for `{}`", arg.name))
                        .help("ask once for each of them"),
                ),
            }
        }
        args.resize(info.args.len().max(args.len()), None);
        if wrong.is_empty() { Ok((decision, args)) } else { Err(wrong.into()) }
    }

    /// Whether any statement gives an outcome of this decision.
    fn says_something(&self, decision: DecisionId) -> bool {
        self.program.statements.iter().any(|s| self.program.symbols.outcome(s.outcome).decision == decision)
    }

    /// A value for the argument of a decision at this place, by name or alias.
    pub fn argument(&self, decision: DecisionId, place: u16, name: &str) -> Result<u16, Refused> {
        let symbols = &self.program.symbols;
        let info = symbols.decision(decision);
        let Some(arg) = info.args.get(usize::from(place)) else {
            return Err(vec![Diagnostic::about(&codes::E0910, None, format!("`{}` has no argument {place}", info.name))].into());
        };
        value(symbols.enum_(arg.ty), name).map_err(|d| vec![*d].into())
    }

    /// The input with this name or alias among those a decision's vocabulary declares.
    pub fn input(&self, decision: DecisionId, name: &str) -> Option<InputId> {
        let symbols = &self.program.symbols;
        let vocab = symbols.decision(decision).vocab;
        symbols.scopes.get(vocab.at()).and_then(|s| s.inputs.get(name).copied())
    }

    /// Every decision, with the heads that are spelled out, about which a region or one above it says something.
    pub fn decisions_of(&self, region: RegionId) -> Vec<(DecisionId, Vec<Option<u16>>)> {
        let symbols = &self.program.symbols;
        let chain = &symbols.region(region).chain;
        let mut heads: Vec<(DecisionId, Vec<Option<u16>>)> = Vec::new();
        for stmt in self.program.statements.iter().filter(|s| chain.contains(&s.region)) {
            let info = symbols.outcome(stmt.outcome);
            if info.local {
                continue;
            }
            let mut made: Vec<Vec<Option<u16>>> = vec![Vec::new()];
            for pattern in &stmt.head {
                let options: Vec<Option<u16>> = match pattern {
                    None => vec![None],
                    Some(v) => v.iter().map(Some).collect(),
                };
                made = made.into_iter().flat_map(|m| options.iter().map(move |o| [m.clone(), vec![*o]].concat())).collect();
            }
            heads.extend(made.into_iter().map(|m| (info.decision, m)));
        }
        heads.sort();
        heads.dedup();
        let all = heads.clone();
        // A head with `any` is asked by itself only where nothing more exact is spelled out.
        heads.retain(|(d, args)| {
            !args.iter().any(Option::is_none)
                || !all.iter().any(|(e, other)| {
                    d == e
                        && other != args
                        && args.iter().zip(other).all(|(a, o)| a.is_none() || a == o)
                        && other.iter().zip(args).any(|(o, a)| o.is_some() && a.is_none())
                })
        });
        heads
    }

    /// The outcome of a decision with this name or alias.
    pub fn outcome(&self, decision: DecisionId, name: &str) -> Option<OutcomeId> {
        let found = self.program.symbols.decision(decision).by_name.get(name).copied()?;
        (!self.program.symbols.outcome(found).local).then_some(found)
    }

    /// The outcomes of a decision, without local definitions.
    pub fn outcomes(&self, decision: DecisionId) -> Vec<OutcomeId> {
        let symbols = &self.program.symbols;
        symbols.decision(decision).outcomes.iter().copied().filter(|o| !symbols.outcome(*o).local).collect()
    }

    /// The outcomes of which something is said in a region or above it, or anywhere; all of them if of none.
    pub fn outcomes_in(&self, decision: DecisionId, region: Option<RegionId>) -> Vec<OutcomeId> {
        let all = self.outcomes(decision);
        let chain = region.map(|r| &self.program.symbols.region(r).chain);
        let said = |o: &OutcomeId| match chain {
            Some(chain) => chain.iter().any(|r| self.program.shelf(*o, *r).is_some()),
            None => self.program.statements.iter().any(|s| s.outcome == *o),
        };
        let spoken: Vec<OutcomeId> = all.iter().copied().filter(said).collect();
        if spoken.is_empty() { all } else { spoken }
    }

    /// The outcome of a decision with this name or alias.
    ///
    /// # Errors
    /// There is none; the nearest one is named.
    pub fn outcome_named(&self, decision: DecisionId, name: &str) -> Result<OutcomeId, Refused> {
        self.outcome(decision, name).ok_or_else(|| {
            let symbols = &self.program.symbols;
            let known: Vec<OutcomeId> = self.outcomes(decision);
            let names = known.iter().map(|o| symbols.outcome(*o)).flat_map(|o| std::iter::once(o.name.as_str()).chain(o.alias.as_deref()));
            let what = format!("outcome of `{}`", symbols.decision(decision).name);
            vec![named(&codes::E0910, &what, name, names)].into()
        })
    }

    /// Asks about a region and a decision with its arguments, as in `transfer resident->employee`: every outcome about which something is
    /// said there or above.
    ///
    /// # Errors
    /// An unknown region, decision or argument. Whatever the policies say, or do not say, is an answer.
    ///
    /// ```
    /// use polc::{Date, Dates, Facts, Policies, eval::Status};
    ///
    /// let policies = Policies::from_text("demo.pol", "region 西宁 < transfer resident->employee: waiting = 3 months >");
    /// let day = Date::new(2025, 6, 1).unwrap();
    /// let answer = policies.ask("西宁", "transfer resident->employee", &Facts::new(), day)?;
    /// assert_eq!(answer.outcomes[0].alternatives[0].text, "3 months");
    ///
    /// // As it was known at the end of 2024.
    /// let answer = policies.ask("西宁", "transfer", &Facts::new(), Dates::on(day).known_on(Date::new(2024, 12, 31).unwrap()))?;
    /// assert_eq!(answer.outcomes[0].status, Status::Needs);
    ///
    /// assert!(policies.ask("西宁", "trasnfer", &Facts::new(), day).is_err());
    /// # Ok::<(), polc::Refused>(())
    /// ```
    pub fn ask(&self, region: &str, decision: &str, facts: &Facts, dates: impl Into<Dates>) -> Result<Answer, Refused> {
        let question = self.question(self.region(region)?, self.decision(decision)?, dates);
        Ok(self.answer(&question, facts, Detail::default()))
    }

    /// Answers a question whose names were looked up before: the way to ask the same of many people.
    pub fn answer(&self, question: &Question, facts: &Facts, detail: Detail) -> Answer {
        let symbols = &self.program.symbols;
        // Where nothing at all is said, that is the answer for each of them.
        let outcomes = self.outcomes_in(question.decision, Some(question.region));
        Answer {
            polc: env!("CARGO_PKG_VERSION").to_string(),
            policies: self.digest().to_string(),
            region: symbols.region(question.region).name.to_string(),
            decision: symbols.head_text(question.decision, &question.args),
            on: date(question.moment.on),
            known: question.moment.known.map(date),
            outcomes: outcomes.into_iter().map(|o| self.answer_outcome(question, facts, o, detail)).collect(),
        }
    }

    /// Answers one outcome.
    pub fn answer_outcome(&self, question: &Question, facts: &Facts, outcome: OutcomeId, detail: Detail) -> OutcomeAnswer {
        let words = eval::Words { p: &self.program, map: &self.map };
        let mut explored = eval::explore(&self.program, question, facts, outcome);
        let mut answer = eval::answer_outcome(&words, question, outcome, &explored);
        if detail.explain {
            answer.explanation = eval::explanations(&words, question, facts, outcome, &mut explored);
        }
        answer
    }

    /// Answers one outcome, and says what of the policies that exercised.
    pub(crate) fn ask_outcome_seen(&self, question: &Question, facts: &Facts, outcome: OutcomeId) -> (OutcomeAnswer, eval::Seen) {
        let words = eval::Words { p: &self.program, map: &self.map };
        let mut explored = eval::explore(&self.program, question, facts, outcome);
        let answer = eval::answer_outcome(&words, question, outcome, &explored);
        let wanted = answer.status == eval::Status::Needs;
        let seen = eval::seen(&self.program, question, facts, outcome, &mut explored, wanted);
        (answer, seen)
    }

    /// A question about a region and decision on a date, everything published known.
    pub fn question(&self, region: RegionId, decision: Head, dates: impl Into<Dates>) -> Question {
        Question { region, decision: decision.0, args: decision.1, moment: dates.into().into() }
    }

    /// The name of a region.
    pub fn region_name(&self, region: RegionId) -> &str {
        Names::region(&self.program.symbols, region)
    }
}

/// A day as text.
pub fn date(day: i64) -> String {
    calendar::format_day(day).unwrap_or_else(|| day.to_string())
}

fn named<'a>(code: &'static crate::diagnostics::Code, what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let d = crate::hir::unknown_name(code, what, name, known);
    unplaced(d, "")
}

/// The value of an enum with this name or alias.
fn value(of: &Enum, name: &str) -> Result<u16, Box<Diagnostic>> {
    let known = || of.by_name.keys().map(SmolStr::as_str);
    of.by_name.get(name).copied().ok_or_else(|| Box::new(named(&codes::E0910, &format!("value of `{}`", of.name), name, known())))
}

/// A diagnostic about something that stands in no file.
fn unplaced(mut d: Diagnostic, about: &str) -> Diagnostic {
    d.primary = None;
    d.fix = None;
    d.related.clear();
    if !about.is_empty() {
        d.message = format!("{about}: {}", d.message);
    }
    d
}
