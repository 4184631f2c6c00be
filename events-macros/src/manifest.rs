//! What `Cargo.toml` says of the crate `events`. Asked only to explain why it cannot be found.

use std::sync::OnceLock;

/// The package cannot know the crate `events` by that name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Missing {
    /// The name by which it knows it, if it says so.
    pub(crate) other_name: Option<String>,
}

/// `None` where the crate may be there, or nobody can tell.
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

/// Looks for the name, not for its meaning: whatever could be a dependency `events`, or the crate itself, is taken for one.
fn missing_in(manifest: &str) -> Option<Missing> {
    let lines = || manifest.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names_it = |line: &str| {
        let line = line.trim();
        let key = line.split(['=', '{']).next().unwrap_or_default();
        let in_header = line.starts_with('[');
        key.split(['.', '[', ']', '"', '\'', ' ', ','])
            .any(|part| part == "events" && (in_header || line.contains('=')))
            // Of an inline table: `dependencies = { events = .. }`.
            || line.split(['{', ',']).skip(1).any(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                key.trim().trim_matches(['"', '\'']) == "events" && !value.is_empty()
            })
            // The crate itself, and whatever is called so.
            || line.replace(' ', "").starts_with("name=\"events\"")
    };
    if lines().any(names_it) {
        return None;
    }
    let renamed = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.replace(' ', "");
        value.contains("package=\"events\"").then(|| name.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut header = None;
    let mut other_name = None;
    for line in lines() {
        let line = line.trim();
        if line.starts_with('[') {
            header =
                line.trim_matches(['[', ']']).rsplit_once("dependencies.").map(|(_, name)| name.to_owned());
        } else if line.replace(' ', "").starts_with("package=\"events\"") {
            other_name = other_name.or(header.take());
        } else {
            other_name = other_name.or_else(|| renamed(line));
        }
    }
    Some(Missing { other_name })
}

#[cfg(test)]
mod tests {
    use super::{Missing, missing_in};

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
        ] {
            assert_eq!(missing_in(manifest), Some(Missing { other_name: Some("ev".into()) }), "{manifest}");
        }
        for manifest in ["", "[dependencies]\nframework = \"1\"\nevents-core = \"1\"\nmy-events = \"1\""] {
            assert_eq!(missing_in(manifest), Some(Missing { other_name: None }), "{manifest}");
        }
    }
}
