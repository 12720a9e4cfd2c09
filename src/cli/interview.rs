//! In: `polc eval --interactive`, lines on standard input. Out: questions on standard error, and the decision and facts as told. Never here: choosing the question (`polc::interview`), reading values (`polc::input`), the final answer (`eval`).
//!
//! Lines are read through the standard library: it works alike on a terminal and with a pipe, and the terminal's own line
//! editing knows wide characters. `dialoguer` and `inquire` refuse pipes; `rustyline` would add a history nobody needs.

use super::console::Console;
use polc::diagnostics::{Diagnostic, codes};
use polc::eval::{Status, Told};
use polc::interview::{Interview, Prompt};
use polc::report::{self, Paint};
use polc::source::SourceMap;
use polc::{Answer, Detail};
use std::io::{self, BufRead, IsTerminal};

/// The longest line that is read, in bytes; the rest of it is thrown away.
const MAX_LINE: usize = 1024 * 1024;

const HELP: &str = "  a value      as after --set: 2 months, ¥480, 70%, 2025-01-31, [a, b], \"text\"; or the number of a choice\n  \
    (empty)      it is not known: it stays open and is not asked again; or: skip, 跳过\n  \
    back, 返回   takes the last answer back\n  \
    quit, 退出   stops asking and answers with what is told (as the end of input does)\n  \
    ?, 帮助      this help\n";

/// What one line says.
enum Line {
    End,
    Text(String),
    Wrong(Box<Diagnostic>),
}

/// What a person wants.
enum Reply<'l> {
    Skip,
    Back,
    Quit,
    Help,
    Value(&'l str),
}

fn reply(line: &str) -> Reply<'_> {
    match line.trim() {
        "" | "skip" | "跳过" => Reply::Skip,
        "back" | "undo" | "返回" => Reply::Back,
        "quit" | "exit" | "退出" => Reply::Quit,
        "?" | "？" | "help" | "帮助" => Reply::Help,
        value => Reply::Value(value),
    }
}

/// Asks until nothing more is needed, nobody answers, or it is enough.
pub fn talk(interview: &mut Interview, console: &mut Console) -> io::Result<()> {
    let paint = Paint::new(console.colours_remarks());
    let mut lines = Lines { input: io::stdin().lock(), shown: !io::stdin().is_terminal() };
    let mut answers = interview.answers(Detail::default());
    let everything = progress(&answers, None, paint);
    console.say(&everything)?;
    if interview.next(&answers).is_none() {
        return console.say(&finished(interview, &answers));
    }
    console.say("\nEnter a value; nothing if it is not known; ? for help.\n")?;
    while let Some(prompt) = interview.next(&answers) {
        console.say(&question(&prompt, paint))?;
        // The question is put again only where it is another one.
        let quit = loop {
            console.say("> ")?;
            let line = match lines.next(console)? {
                Line::End => break true,
                Line::Wrong(d) => {
                    console.report(&SourceMap::default(), &[*d])?;
                    continue;
                }
                Line::Text(line) => line,
            };
            match reply(&line) {
                Reply::Quit => break true,
                Reply::Help => {
                    console.say(HELP)?;
                    console.say(&format!("  {} helps to settle {}\n", prompt.name, prompt.helps.join(", ")))?;
                }
                Reply::Skip => {
                    interview.skip(prompt.wanted);
                    console.say(&format!("  {}: not known\n", prompt.name))?;
                    break false;
                }
                Reply::Back => match interview.back() {
                    Some(name) => {
                        console.say(&format!("  {name}: taken back\n"))?;
                        break false;
                    }
                    None => console.say("  There is nothing to take back.\n")?,
                },
                Reply::Value(value) => match interview.tell(prompt.wanted, value) {
                    Ok(()) => break false,
                    Err(wrong) => console.report(&SourceMap::default(), &wrong)?,
                },
            }
        };
        if quit {
            return console.say("\n");
        }
        let now = interview.answers(Detail::default());
        let changed = progress(&now, Some(&answers), paint);
        console.say(&changed)?;
        answers = now;
    }
    console.say(&finished(interview, &answers))
}

/// Why nothing more is asked.
fn finished(interview: &Interview, answers: &[Answer]) -> String {
    let (open, unsaid) = (interview.not_known(), interview.to_be_said(answers));
    let mut out = match open.is_empty() && unsaid.is_empty() {
        true => "\nNothing more is needed.\n".to_owned(),
        false => "\nNothing more can be asked.\n".to_owned(),
    };
    if !open.is_empty() {
        out.push_str(&format!("Not known: {}.\n", open.join(", ")));
    }
    if !unsaid.is_empty() {
        out.push_str(&format!("To be said with --decision: {}.\n", unsaid.join(", ")));
    }
    out + "\n"
}

/// A line for each outcome that is not as it was before.
fn progress(answers: &[Answer], before: Option<&[Answer]>, paint: Paint) -> String {
    let mut out = String::new();
    let mut same = 0;
    for (i, answer) in answers.iter().enumerate() {
        let old = before.and_then(|b| b.get(i));
        let mut lines = Vec::new();
        for (o, name) in answer.outcomes.iter().zip(report::outcome_names(answer.outcomes.iter())) {
            let line = report::progress(o, paint);
            let was = old.and_then(|a| a.outcomes.iter().find(|x| x.outcome == o.outcome)).map(|o| report::progress(o, paint));
            // Of a whole region only what is open is worth a line at first.
            let settled = before.is_none() && answers.len() > 1 && o.status != Status::Needs;
            if settled || was.as_ref() == Some(&line) {
                same += 1;
            } else {
                lines.push(format!("  {}  {line}\n", paint.strong(&name)));
            }
        }
        if !lines.is_empty() {
            // The decision's arguments may have been told since.
            if before.is_none() || answers.len() > 1 || old.is_some_and(|a| a.decision != answer.decision) {
                out.push_str(&format!("{} on {}\n", paint.strong(&format!("{}: {}", answer.region, answer.decision)), answer.on));
            }
            out.extend(lines);
        }
    }
    if same > 0 {
        let how = if before.is_some() { "as before" } else { "settled already" };
        out.push_str(&paint.faint(&format!("  {same} {how}")));
        out.push('\n');
    }
    out
}

/// The question, what an answer can be, and the choices.
fn question(p: &Prompt, paint: Paint) -> String {
    let name = match &p.alias {
        Some(alias) => format!("{} {alias}", p.name),
        None => p.name.clone(),
    };
    let words = p.question.as_ref().map_or(String::new(), |q| format!(": {}", both(q)));
    let mut out = format!("\n{}{words}\n", paint.strong(&name));
    if p.choices.is_empty() {
        let mut about = vec![p.ty.clone()];
        about.extend(p.unit.filter(|u| *u != p.ty).map(|u| format!("in {u}")));
        about.extend(p.range.clone());
        out.push_str(&format!("  {}; for example {}\n", about.join(", "), p.example));
    }
    let width = p.choices.iter().map(|c| c.value.chars().count()).max().unwrap_or(0);
    for (i, c) in p.choices.iter().enumerate() {
        let gap = " ".repeat(width.saturating_sub(c.value.chars().count()));
        out.push_str(format!("  {}  {}{gap}  {}", i + 1, c.value, c.words).trim_end());
        out.push('\n');
    }
    out
}

fn both(told: &Told) -> String {
    match &told.en {
        Some(en) => format!("{} / {en}", told.zh),
        None => told.zh.clone(),
    }
}

struct Lines<R> {
    input: R,
    /// Show what was read: nobody typed it on this terminal.
    shown: bool,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self, console: &mut Console) -> io::Result<Line> {
        let line = self.read()?;
        if let (true, Line::Text(text)) = (self.shown, &line) {
            let start: String = text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            console.say(&format!("{start}\n"))?;
        }
        Ok(line)
    }

    fn read(&mut self) -> io::Result<Line> {
        let (mut bytes, mut long, mut ended) = (Vec::new(), false, false);
        while !ended {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if piece.is_empty() {
                if bytes.is_empty() && !long {
                    return Ok(Line::End);
                }
                break;
            }
            let end = piece.iter().position(|b| *b == b'\n');
            ended = end.is_some();
            let line = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            if bytes.len() + line.len() > MAX_LINE {
                long = true;
            } else {
                bytes.extend_from_slice(line);
            }
            let used = end.map_or(piece.len(), |e| e + 1);
            self.input.consume(used);
        }
        let wrong = |code, message: String, help| Ok(Line::Wrong(Box::new(Diagnostic::about(code, None, message).help(help))));
        if long {
            let limit = MAX_LINE / (1024 * 1024);
            return wrong(&codes::E0004, format!("the line is longer than {limit} MiB"), "enter one value");
        }
        match String::from_utf8(bytes) {
            Ok(text) if text.trim().contains(|c: char| c.is_control() && c != '\t') => {
                wrong(&codes::E0003, "the line has a control character".to_owned(), "an arrow key may have left it: enter the value again")
            }
            Ok(text) => Ok(Line::Text(text)),
            Err(_) => wrong(&codes::E0907, "the line is not UTF-8 text".to_owned(), "set the terminal, or save the file, to UTF-8"),
        }
    }
}
