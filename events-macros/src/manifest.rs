//! Reads from `Cargo.toml` whether the crate `events` is a dependency, only to explain why it cannot be found.

use std::sync::OnceLock;

/// The names of the package in this repository and on crates.io. The library of both is called `events`.
const PACKAGES: [&str; 2] = ["events", "linked-events"];

/// The package has no dependency with the name `events`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Missing {
    /// The name under which it has the dependency, if it renames it.
    pub(crate) other_name: Option<String>,
}

/// `None` if the crate may be there, or if that cannot be decided.
pub(crate) fn missing() -> Option<Missing> {
    static MISSING: OnceLock<Option<Missing>> = OnceLock::new();
    MISSING
        .get_or_init(|| {
            let directory = std::env::var_os("CARGO_MANIFEST_DIR")?;
            let path = std::path::Path::new(&directory).join("Cargo.toml");
            missing_in(&std::fs::read_to_string(path).ok()?)
        })
        .clone()
}

/// Searches for the name without a full parse: whatever could be a dependency `events`, or the crate itself, is taken for one.
fn missing_in(manifest: &str) -> Option<Missing> {
    let lines = || manifest.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names_it = |line: &str| {
        let line = line.trim();
        let key = line.split(['=', '{']).next().unwrap_or_default();
        let in_header = line.starts_with('[');
        key.split(['.', '[', ']', '"', '\'', ' ', ','])
            .any(|part| PACKAGES.contains(&part) && (in_header || line.contains('=')))
            // Of an inline table: `dependencies = { events = .. }`.
            || line.split(['{', ',']).skip(1).any(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                PACKAGES.contains(&key.trim().trim_matches(['"', '\''])) && !value.is_empty()
            })
            // The crate itself, and whatever is called so.
            || says(line, "name", |line, name| line.starts_with(name))
    };
    if lines().any(names_it) {
        return None;
    }
    let renamed = |line: &str| {
        let (name, value) = line.split_once('=')?;
        says(value, "package", |value, package| value.contains(package))
            .then(|| name.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut header = None;
    let mut other_name = None;
    for line in lines() {
        let line = line.trim();
        if line.starts_with('[') {
            header =
                line.trim_matches(['[', ']']).rsplit_once("dependencies.").map(|(_, name)| name.to_owned());
        } else if says(line, "package", |line, package| line.starts_with(package)) {
            other_name = other_name.or(header.take());
        } else {
            other_name = other_name.or_else(|| renamed(line));
        }
    }
    Some(Missing { other_name })
}

/// Whether a line gives a key the name of the package.
fn says(line: &str, key: &str, is_so: fn(&str, &str) -> bool) -> bool {
    let line = line.replace(' ', "");
    PACKAGES.iter().any(|package| is_so(&line, &format!("{key}=\"{package}\"")))
}

#[cfg(test)]
mod tests {
    use super::{Missing, PACKAGES, missing_in};

    #[test]
    fn the_name_on_crates_io_is_the_one_that_it_is_published_by() {
        // A published package has no workspace around it.
        let Ok(workspace) = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        else {
            return;
        };
        let name = format!("\n{} = \"{}\"\n", PACKAGES[0], PACKAGES[1]);
        let (_, names) = workspace.split_once("[workspace.metadata.publish]").unwrap();
        assert!(names.contains(&name), "{name} is not in {names}");
    }

    #[test]
    fn a_dependency_by_that_name_is_found_however_it_is_written() {
        for manifest in [
            "[dependencies]\nevents = \"1\"",
            "[dependencies]\n\"events\" = { path = \"..\" }",
            "[dependencies]\nevents.workspace = true",
            "[dependencies.events]\nversion = \"1\"",
            "[target.'cfg(unix)'.dependencies.events]\nversion = \"1\"",
            "[dev-dependencies]\n  events={path=\"..\"}",
            "dependencies = { events = \"1\" }",
            "[package]\nname = \"events\"",
            "[dependencies]\nlinked-events = \"0.1\"",
            "[dependencies]\nlinked-events = { version = \"0.1\", features = [\"tokio\"] }",
            "[dependencies.linked-events]\nversion = \"0.1\"",
            "dependencies = { linked-events = \"0.1\" }",
            "[dependencies]\nevents = { package = \"domain-events\", path = \"..\" }",
        ] {
            assert_eq!(missing_in(manifest), None, "{manifest}");
        }
    }

    #[test]
    fn another_name_is_told() {
        for manifest in [
            "[dependencies]\nev = { package = \"events\", path = \"../events\" }",
            "[dependencies]\nev={path=\"..\",package=\"events\"} # a comment: events = 1",
            "[dependencies.ev]\nversion = \"1\"\npackage = \"events\"",
            "[dependencies]\nev = { package = \"linked-events\", version = \"0.1\" }",
        ] {
            assert_eq!(missing_in(manifest), Some(Missing { other_name: Some("ev".into()) }), "{manifest}");
        }
        for manifest in ["", "[dependencies]\nframework = \"1\"\nevents-core = \"1\"\nmy-events = \"1\""] {
            assert_eq!(missing_in(manifest), Some(Missing { other_name: None }), "{manifest}");
        }
    }
}
