use std::path::{Path, PathBuf};

use crate::text::line;

/// Names files in reports, relative to the repository's root.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Places {
    /// The workspace's folder, relative to the repository's root.
    workspace: PathBuf,
    /// The repository's root, if known.
    root: Option<PathBuf>,
}

impl Places {
    /// Finds the repository of a workspace: the closest parent folder with a `.git`, or the workspace itself.
    pub(in super::super) fn of(workspace: &Path) -> Self {
        let root = workspace.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(workspace);
        let inside = workspace.strip_prefix(root).unwrap_or(Path::new(""));
        Self { workspace: inside.to_owned(), root: Some(root.to_owned()) }
    }

    /// A file relative to the repository's root, with `/` between folders. A file outside of it stays as it is.
    pub(super) fn path(&self, file: &str) -> String {
        let file = Path::new(file);
        let inside = match &self.root {
            Some(root) => file.strip_prefix(root).unwrap_or(file),
            None => file,
        };
        // `join` keeps an absolute path as it is. A path relative to the root already contains the folder.
        let path = if inside == file { self.workspace.join(file) } else { inside.to_owned() };
        line(&path.display().to_string()).replace('\\', "/")
    }

    /// The file as a URI, and whether it is relative to the repository's root.
    pub(super) fn uri(&self, file: &str) -> (String, bool) {
        let path = self.path(file);
        let escaped = escape(&path);
        if path.starts_with('/') {
            (format!("file://{escaped}"), false)
        } else if path.chars().nth(1) == Some(':') {
            (format!("file:///{escaped}"), false)
        } else {
            (escaped, true)
        }
    }
}

/// Escapes a path for a URI.
fn escape(path: &str) -> String {
    let mut escaped = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places { workspace: "shop".into(), root: Some("/repository".into()) }
    }

    #[test]
    fn paths_are_relative_to_the_repository() {
        assert_eq!(places().path("src/main.rs"), "shop/src/main.rs");
        assert_eq!(places().path("/repository/other/lib.rs"), "other/lib.rs");
        assert_eq!(places().path("/elsewhere/lib.rs"), "/elsewhere/lib.rs");
        assert_eq!(Places::default().path("src/main.rs"), "src/main.rs");
    }

    #[test]
    fn uris_contain_allowed_characters_only() {
        assert_eq!(places().uri("my file.rs"), ("shop/my%20file.rs".into(), true));
        assert_eq!(places().uri("/elsewhere/é.rs"), ("file:///elsewhere/%C3%A9.rs".into(), false));
        assert_eq!(Places::default().uri("C:\\a\\b.rs"), ("file:///C:/a/b.rs".into(), false));
    }
}
