use std::fmt;
use std::path::{Path, PathBuf};

use super::Error;

/// The package whose library is `events`. A dependency on a package of another name says so.
pub(super) const PACKAGE: &str = "events";

/// The source of a project's dependency on `events`.
///
/// Not from crates.io by name and version: it is not published there yet, and the name `events` belongs to another package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A folder, and the name of the package in it.
    Path(PathBuf, String),
    /// The repository.
    Repository(&'static str),
}

impl Source {
    /// The source in this folder; otherwise the one that this command was built from, if it still exists; otherwise the
    /// repository.
    pub(super) fn of(named: Option<&Path>) -> Result<Self, Error> {
        let Some(named) = named else {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(in_folder);
            return Ok(own.unwrap_or(Self::Repository(env!("CARGO_PKG_REPOSITORY"))));
        };
        in_folder(named).ok_or_else(|| Error::NoEvents { path: named.to_owned() })
    }

    /// Adds the dependency to a manifest. `None` if it has no place for one.
    pub(super) fn add_to(&self, manifest: &str) -> Option<String> {
        let (before, after) = manifest.split_once("[dependencies]\n")?;
        Some(format!("{before}[dependencies]\n{}\n{after}", self.line()))
    }

    fn line(&self) -> String {
        // A JSON string is a valid TOML string.
        let (place, package) = match self {
            Self::Path(path, package) => {
                (format!("path = {}", serde_json::json!(path.to_string_lossy())), package.as_str())
            }
            Self::Repository(url) => (format!("git = {}", serde_json::json!(url)), PACKAGE),
        };
        if package == "events" {
            format!("events = {{ {place} }}")
        } else {
            format!("events = {{ package = {}, {place} }}", serde_json::json!(package))
        }
    }
}

/// The full path of the folder, if it contains a package whose library is `events`.
fn in_folder(folder: &Path) -> Option<Source> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let package = name_in(&manifest, "package")?;
    let library = name_in(&manifest, "lib").unwrap_or(package);
    let folder = folder.canonicalize().ok()?;
    (library == "events").then(|| Source::Path(folder, package.to_owned()))
}

/// The `name` in a table of a manifest.
fn name_in<'a>(manifest: &'a str, table: &str) -> Option<&'a str> {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != format!("[{table}]")).skip(1);
    lines.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?.trim();
        value.strip_prefix('"')?.split_once('"').map(|(name, _)| name)
    })
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path, _) => write!(f, "{}", path.display()),
            Self::Repository(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dependency_is_in_its_table() {
        let source = Source::Repository("https://example.org/events");
        let manifest = "[package]\nname = \"shop\"\n\n[dependencies]\n\n[lints]\nworkspace = true\n";
        let expected = "[package]\nname = \"shop\"\n\n[dependencies]\nevents = { git = \"https://example.org/events\" }\n\n[lints]\nworkspace = true\n";
        assert_eq!(source.add_to(manifest).as_deref(), Some(expected));
        assert_eq!(source.add_to("[package]\n"), None);
        let path = Source::Path(PathBuf::from("C:\\my \"events\""), "events".to_owned());
        assert_eq!(path.line(), r#"events = { path = "C:\\my \"events\"" }"#);
        let renamed = Source::Path(PathBuf::from("/e"), "events-facade".to_owned());
        assert_eq!(renamed.line(), r#"events = { package = "events-facade", path = "/e" }"#);
    }

    #[test]
    fn names_are_those_of_their_tables() {
        let manifest =
            "[package]\nname = \"a\"\n\n[lib]\npath = \"x\"\n name=\"events\"\n[features]\nname = []\n";
        assert_eq!((name_in(manifest, "package"), name_in(manifest, "lib")), (Some("a"), Some("events")));
        assert_eq!(name_in("[lib]\npath = \"x\"\n[package]\nname = \"a\"\n", "lib"), None);
    }

    #[test]
    fn the_package_is_the_one_of_this_workspace() {
        // A copy of this package alone is not in a workspace.
        if let Some(Source::Path(_, package)) =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(in_folder)
        {
            assert_eq!(package, PACKAGE);
        }
    }
}
