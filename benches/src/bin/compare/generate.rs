//! Writes crates with many handlers, one for each way to register them, and builds them.
//!
//! All have the same events and the same handler bodies, with ten handlers per event and [`FILE`] handlers per file.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::registration::Registration;
use crate::source;

/// How many handlers one file has.
const FILE: usize = 100;

/// The folder in which crates are written and built. They share the builds of their dependencies.
pub(crate) struct Workshop {
    root: PathBuf,
    workspace: PathBuf,
    may_build: bool,
    /// When the sources that all programs contain were last changed.
    changed: SystemTime,
}

/// A generated crate.
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    target: PathBuf,
}

/// A cargo profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

impl Workshop {
    pub(crate) fn new(out: &Path, may_build: bool) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(out)?;
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let mut changed = fs::metadata(workspace.join("Cargo.lock"))?.modified()?;
        for folder in ["src", "events-core", "events-macros", "events-record", "events-runtime"] {
            changed = changed.max(last_change(&workspace.join(folder))?);
        }
        Ok(Self { root: out.canonicalize()?, workspace, may_build, changed })
    }

    /// Whether a program can be measured: it is built now, or was built before and nothing has changed since.
    pub(crate) fn ready(&self, program: &Crate) -> Result<bool, Box<dyn Error>> {
        if self.may_build {
            program.build(Profile::Release)?;
            return Ok(true);
        }
        self.is_fresh(&program.program(Profile::Release), &program.folder)
    }

    /// Whether a program was written after the last change of the workspace and of its own `source`.
    pub(crate) fn is_fresh(&self, program: &Path, source: &Path) -> Result<bool, Box<dyn Error>> {
        let changed = self.changed.max(last_change(source)?);
        Ok(fs::metadata(program).and_then(|data| data.modified()).is_ok_and(|written| written > changed))
    }

    /// Whether to build programs that are missing.
    pub(crate) fn may_build(&self) -> bool {
        self.may_build
    }

    /// The folder of this program's own source.
    pub(crate) fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// The target folder of the generated crates and of this one.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("build")
    }

    /// A folder for temporary files.
    pub(crate) fn scratch(&self) -> &Path {
        &self.root
    }

    /// Writes a crate. Files that are already up to date are not written.
    pub(crate) fn write(&self, way: Registration, handlers: usize) -> Result<Crate, Box<dyn Error>> {
        let name = format!("{}-{handlers}", way.name());
        let folder = self.root.join("crates").join(&name);
        let source = folder.join("src");
        fs::create_dir_all(&source)?;
        write(&folder.join("Cargo.toml"), &self.manifest(&name, way))?;
        if !folder.join("Cargo.lock").exists() {
            // The versions that this program was built with, so that nothing has to be downloaded.
            fs::copy(self.workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        }
        let files = if way == Registration::Empty { 0 } else { handlers.div_ceil(FILE) };
        for file in 0..files {
            let first = file * FILE;
            let text = source::module(way, handlers, first..handlers.min(first + FILE));
            write(&source.join(format!("part_{file}.rs")), &text)?;
        }
        write(&source.join("main.rs"), &source::main(way, files))?;
        Ok(Crate { name, folder, target: self.target() })
    }

    fn manifest(&self, name: &str, way: Registration) -> String {
        let events = self.workspace.display().to_string();
        let events = match way {
            Registration::Empty | Registration::Hand => String::new(),
            Registration::Inventory => {
                format!("events = {{ path = {events:?}, features = [\"inventory\"] }}")
            }
            _ => format!("events = {{ path = {events:?} }}"),
        };
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{events}\n\n[workspace]\n"
        )
    }
}

impl Crate {
    /// Builds it with cargo.
    pub(crate) fn build(&self, profile: Profile) -> Result<(), Box<dyn Error>> {
        self.cargo(&["build", "--offline", "--quiet", "--profile", profile.name()])
    }

    /// Removes the build of this crate only.
    pub(crate) fn clean(&self, profile: Profile) -> Result<(), Box<dyn Error>> {
        self.cargo(&["clean", "--offline", "--quiet", "--profile", profile.name(), "--package", &self.name])
    }

    /// The program.
    pub(crate) fn program(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX))
    }

    /// The file with `main`.
    pub(crate) fn main(&self) -> PathBuf {
        self.folder.join("src").join("main.rs")
    }

    /// The first file with handlers.
    pub(crate) fn first_part(&self) -> PathBuf {
        self.folder.join("src").join("part_0.rs")
    }

    fn cargo(&self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        cargo(arguments, &self.folder, &self.target)
    }
}

/// Runs cargo in `folder`.
pub(crate) fn cargo(arguments: &[&str], folder: &Path, target: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Settings of the caller's own build must not affect the comparison.
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    let output = command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target).output()?;
    if output.status.success() {
        Ok(())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!("cargo {} failed in {}:\n{errors}", arguments[0], folder.display()).into())
    }
}

/// When a source in `folder` was last changed.
fn last_change(folder: &Path) -> std::io::Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        let path = entry.path();
        if data.is_dir() {
            last = last.max(last_change(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "toml") {
            last = last.max(data.modified()?);
        }
    }
    Ok(last)
}

/// Writes a file, unless it has this text already, because cargo compares modification times.
fn write(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}
