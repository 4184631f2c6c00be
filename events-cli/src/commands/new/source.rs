use std::fmt;
use std::path::{Path, PathBuf};

use super::Error;

/// Where a project takes `events` from.
///
/// Not from crates.io by name and version: another package has the name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A folder.
    Path(PathBuf),
    /// The repository.
    Repository(&'static str),
}

impl Source {
    /// The one in this folder; else the one beside which this command was built, if it is still there.
    pub(super) fn of(named: Option<&Path>) -> Result<Self, Error> {
        let Some(named) = named else {
            let beside = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(holds_events);
            return Ok(beside.map_or(Self::Repository(env!("CARGO_PKG_REPOSITORY")), Self::Path));
        };
        holds_events(named).map(Self::Path).ok_or_else(|| Error::NoEvents { path: named.to_owned() })
    }

    /// A manifest with the dependency in it; `None` if it has no place for one.
    pub(super) fn add_to(&self, manifest: &str) -> Option<String> {
        let (before, behind) = manifest.split_once("[dependencies]\n")?;
        Some(format!("{before}[dependencies]\n{}\n{behind}", self.line()))
    }

    fn line(&self) -> String {
        match self {
            // JSON's strings are TOML's.
            Self::Path(path) => {
                format!("events = {{ path = {} }}", serde_json::json!(path.to_string_lossy()))
            }
            Self::Repository(url) => format!("events = {{ git = {} }}", serde_json::json!(url)),
        }
    }
}

/// The folder by its full path, if its manifest is that of `events`.
fn holds_events(folder: &Path) -> Option<PathBuf> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let package = manifest.split_once("[package]")?.1;
    let package = package.split_once("\n[").map_or(package, |(package, _)| package);
    let named = package.lines().any(|line| line.split_whitespace().collect::<String>() == "name=\"events\"");
    let folder = folder.canonicalize().ok()?;
    named.then_some(folder)
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Repository(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dependency_stands_in_its_table() {
        let source = Source::Repository("https://example.org/events");
        let manifest = "[package]\nname = \"shop\"\n\n[dependencies]\n\n[lints]\nworkspace = true\n";
        let expected = "[package]\nname = \"shop\"\n\n[dependencies]\nevents = { git = \"https://example.org/events\" }\n\n[lints]\nworkspace = true\n";
        assert_eq!(source.add_to(manifest).as_deref(), Some(expected));
        assert_eq!(source.add_to("[package]\n"), None);
        let path = Source::Path(PathBuf::from("C:\\my \"events\""));
        assert_eq!(path.line(), r#"events = { path = "C:\\my \"events\"" }"#);
    }
}
