//! `cargo events new`

pub(crate) mod error;
mod source;
mod template;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use error::Error;
use source::{PACKAGE, Source};

use crate::error::Result;
use crate::output::style::NAME;
use crate::text::line;
use crate::{Exit, output};

/// Arguments of `new`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The folder to create; it must not exist
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The package's name; by default that of the folder
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Depend on the `events` in this folder; by default on the one this command was built from, or on the repository
    #[arg(long, value_name = "PATH")]
    events_path: Option<PathBuf>,
}

impl Args {
    /// Makes the project. Cargo makes the package, so that its name, edition, repository and workspace are as usual,
    /// and this adds the dependency and the sources.
    ///
    /// # Errors
    /// If cargo fails, as it does if the folder exists, or if a file cannot be written.
    pub fn run(self) -> Result<Exit> {
        let name = self.package_name()?;
        let source = Source::of(self.events_path.as_deref())?;
        if self.path.exists() {
            return Err(Error::Exists { path: self.path }.into());
        }
        self.cargo_new(&name)?;
        let manifest = self.path.join("Cargo.toml");
        let wrote = std::fs::read_to_string(&manifest).map_err(|error| Error::of(&manifest, error))?;
        let wrote = source.add_to(&wrote).ok_or_else(|| Error::Manifest { path: manifest.clone() })?;
        put(&manifest, &wrote)?;
        for (file, text) in template::files(&name) {
            put(&self.path.join(file), &text)?;
        }
        self.report(&source)?;
        Ok(Exit::Fine)
    }

    fn package_name(&self) -> Result<String, Error> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        };
        // Cargo checks names, but does not know that these cannot depend on `events`.
        if name.is_empty() || name.starts_with('-') || ["events", PACKAGE].contains(&name.as_str()) {
            return Err(Error::Name { name });
        }
        Ok(name)
    }

    fn cargo_new(&self, name: &str) -> Result<(), Error> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let status = Command::new(&cargo)
            .args(["new", "--quiet", "--bin", "--name", name, "--"])
            .arg(&self.path)
            .stdin(Stdio::null())
            .status()
            .map_err(|source| Error::Cargo { cargo: cargo.into(), source })?;
        if status.success() { Ok(()) } else { Err(Error::Refused) }
    }

    fn report(&self, source: &Source) -> Result<()> {
        let mut out = output::stdout();
        let path = self.path.display().to_string();
        let (path, source) = (line(&path), source.to_string());
        let source = line(&source);
        writeln!(out, "created {NAME}{path}{NAME:#}, which depends on `events` from {source}")?;
        writeln!(out, "\n  cd {path}\n  cargo run\n  cargo test\n  cargo events list")?;
        out.flush()?;
        Ok(())
    }
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    let write = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)
    };
    write().map_err(|error| Error::of(path, error))
}
