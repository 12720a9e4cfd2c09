//! In: the sources of polc. Out: `POLC_BUILD`, which names what they are, so that no polc believes what another one kept (`src/cache.rs`). Never here: anything the program does.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Everything that decides what policies come to.
const ROOTS: [&str; 6] = ["build.rs", "Cargo.toml", "Cargo.lock", "grammar", "policies/standard", "src"];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for root in ROOTS.map(Path::new) {
        if root.exists() {
            println!("cargo:rerun-if-changed={}", root.display());
            collect(root, &mut files)?;
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file)?);
    }
    let about = |name: &str| env::var(name).unwrap_or_default();
    println!("cargo:rustc-env=POLC_BUILD={} {:016x} {}", about("CARGO_PKG_VERSION"), hasher.finish(), about("TARGET"));
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}
