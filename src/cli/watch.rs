//! In: paths, what the file system says about them. Out: a report at first and after every change. Never here: what a report says, exit codes of a single check.

use super::console::Console;
use super::exit::Exit;
use super::options::Paths;
use super::policies;
use notify::event::{Event, EventKind, MetadataKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use polc::Policies;
use polc::load;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A change is over when nothing has happened for so long: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(80);
/// However much goes on, a report comes after this.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reports, then again after every change, until the process is ended or nobody reads the reports.
pub fn run(paths: &Paths, console: &mut Console, report: impl Fn(&Policies, &mut Console) -> io::Result<()>) -> io::Result<Exit> {
    let given = if paths.paths.is_empty() { load::default_paths() } else { paths.paths.clone() };
    if given.iter().any(|p| p.as_os_str() == load::STDIN_PATH) {
        console.complain("standard input cannot be watched; name files or folders");
        return Ok(Exit::Failed);
    }
    let (sender, events) = mpsc::channel();
    let watching = notify::recommended_watcher(sender).and_then(|watcher| Watched::new(watcher, &given));
    let mut watched = match watching {
        Ok(watched) => watched,
        Err(e) => {
            console.complain(&format!("the policies cannot be watched: {e}"));
            return Ok(Exit::Failed);
        }
    };
    // Watched first, read second: a change in between is seen twice rather than never.
    let mut known = policies::read_once(Paths { paths: given.clone(), caching: paths.caching });
    report(&known, console)?;
    let names: Vec<String> = given.iter().map(|p| p.display().to_string()).collect();
    console.say(&format!("watching {}; Ctrl-C ends\n", names.join(", ")))?;
    loop {
        console.finish()?;
        if console.is_left_alone() {
            return Ok(Exit::Ok);
        }
        if !watched.changed(&events) {
            console.complain("the file system tells nothing more");
            return Ok(Exit::Failed);
        }
        let now = policies::read_once(Paths { paths: given.clone(), caching: paths.caching });
        let changes = changes(&known, &now);
        if changes.is_empty() && known.diagnostics() == now.diagnostics() {
            continue;
        }
        let time = if console.talks_to_a_person() { format!("{} ", jiff::Zoned::now().strftime("%H:%M:%S")) } else { String::new() };
        console.say(&format!("\n{time}{}\n", if changes.is_empty() { "changed".to_owned() } else { changes.join(", ") }))?;
        report(&now, console)?;
        known = now;
    }
}

/// `changed x.pol`, `new y.pol`, `gone z.pol`, by name.
fn changes(before: &Policies, now: &Policies) -> Vec<String> {
    let (old, new) = (texts(before), texts(now));
    let mut out: BTreeMap<&str, &str> = BTreeMap::new();
    out.extend(old.keys().filter(|n| !new.contains_key(*n)).map(|n| (*n, "gone")));
    out.extend(new.keys().filter(|n| !old.contains_key(*n)).map(|n| (*n, "new")));
    out.extend(new.iter().filter(|(n, text)| old.get(*n).is_some_and(|was| was != *text)).map(|(n, _)| (*n, "changed")));
    let shown = |name: &str| name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
    out.into_iter().map(|(name, what)| format!("{what} {}", shown(name))).collect()
}

fn texts(policies: &Policies) -> BTreeMap<&str, &str> {
    policies.sources().iter().map(|(_, f)| (f.name.as_str(), f.text.as_str())).collect()
}

/// What is watched, and how.
struct Watched {
    watcher: RecommendedWatcher,
    /// Absolute paths of what was named.
    roots: Vec<PathBuf>,
}

impl Watched {
    /// A file is watched through its folder, and a folder through the one it lies in too: both may be replaced by another of the name.
    fn new(mut watcher: RecommendedWatcher, given: &[PathBuf]) -> notify::Result<Watched> {
        let roots = given.iter().map(std::path::absolute).collect::<io::Result<Vec<PathBuf>>>().map_err(notify::Error::io)?;
        for root in &roots {
            let folder = root.is_dir();
            if folder {
                watcher.watch(root, RecursiveMode::Recursive)?;
            }
            // Above a folder not everybody may look; what does not exist yet appears in the nearest folder that does.
            let above = root.ancestors().skip(1).find(|p| p.is_dir());
            match above.map(|p| watcher.watch(p, RecursiveMode::NonRecursive)) {
                Some(Err(e)) if !folder => return Err(e),
                _ => {}
            }
        }
        Ok(Watched { watcher, roots })
    }

    /// Waits for a change and until it is over; `false` when nothing will ever be told again.
    fn changed(&mut self, events: &Receiver<notify::Result<Event>>) -> bool {
        let mut since: Option<Instant> = None;
        loop {
            let event = match since {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(start) => events.recv_timeout(QUIET.min(PATIENCE.saturating_sub(start.elapsed()))),
            };
            match event {
                Ok(event) if self.concerns(&event) => {
                    since.get_or_insert_with(Instant::now);
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
            if since.is_some_and(|start| start.elapsed() >= PATIENCE) {
                break;
            }
        }
        // A folder that came again is another one to the system.
        for root in self.roots.iter().filter(|r| r.is_dir()) {
            let _ = self.watcher.watch(root, RecursiveMode::Recursive);
        }
        true
    }

    /// Whether an event may be about a policy file. Too many do no harm: what is the same is not reported again.
    fn concerns(&self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        if event.need_rescan() {
            return true;
        }
        let changes = match event.kind {
            // Reading the files is an event as well.
            EventKind::Access(_) | EventKind::Other | EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)) => false,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        };
        changes && event.paths.iter().any(|p| self.may_hold_policies(p))
    }

    fn may_hold_policies(&self, path: &Path) -> bool {
        let policy = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("pol"));
        let named = self.roots.iter().any(|r| r.file_name() == path.file_name() || r.starts_with(path));
        let hidden = path.file_name().is_some_and(|n: &OsStr| n.as_encoded_bytes().starts_with(b"."));
        // A folder may have policies in it, and what is gone may have been one.
        named || (!hidden && (policy || !path.is_file()))
    }
}
