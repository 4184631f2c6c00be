use std::collections::HashMap;
use std::path::Path;

use crate::model::{Handler, Location};
use crate::select::{Package, Packages};

/// A package that defines a type with a given name.
#[derive(Clone, Debug)]
pub(super) struct Definer {
    pub(super) package: String,
    pub(super) version: String,
    /// The place of the definition, if the source is available.
    pub(super) location: Option<Location>,
}

/// Finds which packages define a type, in their sources.
///
/// A binary shows whether two types are the same and how each is written in its handler, but not which crate defines
/// it: the compiler provides that only at run time.
pub(super) struct Definers<'a> {
    packages: Option<&'a Packages>,
    /// Results so far, by package and name.
    known: HashMap<(String, String), Option<Location>>,
}

impl<'a> Definers<'a> {
    pub(super) fn new(packages: Option<&'a Packages>) -> Self {
        Self { packages, known: HashMap::new() }
    }

    /// The two versions of a package, if the types with this name that two handlers take come from these.
    pub(super) fn two_versions(
        &mut self,
        name: &str,
        first: &Handler,
        second: &Handler,
    ) -> Option<(Definer, Definer)> {
        let parts = name.split(|character: char| !(character.is_alphanumeric() || character == '_'));
        let mut parts = parts.filter(|part| !part.is_empty());
        parts.find_map(|part| {
            let (ones, others) = (self.of(part, first), self.of(part, second));
            let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
            let mut pairs =
                pairs.filter(|(one, other)| one.package == other.package && one.version != other.version);
            pairs.next().map(|(one, other)| (one.clone(), other.clone()))
        })
    }

    /// The packages that may define the type a handler names: its own package, otherwise its dependencies, the closest
    /// first.
    fn of(&mut self, name: &str, handler: &Handler) -> Vec<Definer> {
        let own = |location| Definer {
            package: handler.package.clone(),
            version: handler.package_version.clone(),
            location,
        };
        let Some(packages) = self.packages else { return vec![own(None)] };
        let Some(package) = packages.named(&handler.package, &handler.package_version).next() else {
            return vec![own(None)];
        };
        if let Some(location) = self.defined(packages, package, name) {
            return vec![own(Some(location))];
        }
        let direct: Vec<&Package> = packages.direct(package).map(|(_, package)| package).collect();
        let found = self.among(packages, direct, name);
        if !found.is_empty() {
            return found;
        }
        let all = packages.reached(package, |_| false).into_iter().map(|one| one.package);
        self.among(packages, all, name)
    }

    fn among<'p>(
        &mut self,
        packages: &Packages,
        among: impl IntoIterator<Item = &'p Package>,
        name: &str,
    ) -> Vec<Definer> {
        let definers = among.into_iter().filter_map(|package| {
            let location = self.defined(packages, package, name)?;
            let (package, version) = (package.name.clone(), package.version.clone());
            Some(Definer { package, version, location: Some(location) })
        });
        definers.collect()
    }

    /// The place where a package defines a type with this name.
    fn defined(&mut self, packages: &Packages, package: &Package, name: &str) -> Option<Location> {
        let key = (package.id.clone(), name.to_owned());
        let known = self.known.entry(key).or_insert_with(|| {
            let sources = package.library.as_deref().and_then(Path::parent);
            let mut location = in_folder(sources.unwrap_or(&package.folder.join("src")), name)?;
            location.file = packages.relative(Path::new(&location.file)).display().to_string();
            Some(location)
        });
        known.clone()
    }
}

/// The first definition in the sources of a folder, in the order of their names.
fn in_folder(folder: &Path, name: &str) -> Option<Location> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    entries.into_iter().find_map(|entry| {
        let path = entry.path();
        // Links are not followed, because they may lead back to this folder.
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            // Build output and other packages may be in the same folder as the library.
            let other = entry.file_name() == "target" || path.join("Cargo.toml").exists();
            return if other { None } else { in_folder(&path, name) };
        }
        let is_source = kind.is_file() && path.extension().is_some_and(|extension| extension == "rs");
        let text = is_source.then(|| std::fs::read_to_string(&path).ok())??;
        let (line, column) = in_text(&text, name)?;
        Some(Location { file: path.display().to_string(), line, column })
    })
}

/// Line and column of the first `struct`, `enum`, `union` or `type` with this name.
fn in_text(text: &str, name: &str) -> Option<(u32, u32)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.lines().enumerate().find_map(|(line, text)| {
        let code = text.split("//").next().unwrap_or(text);
        ["struct ", "enum ", "union ", "type "].iter().find_map(|keyword| {
            let mut found = code.match_indices(keyword);
            found.find_map(|(at, keyword)| {
                let before = code[..at].chars().next_back();
                let after = &code[at + keyword.len()..];
                let spaces = after.len() - after.trim_start().len();
                let rest = after.trim_start().strip_prefix(name)?;
                let whole = !rest.starts_with(is_word) && !before.is_some_and(is_word);
                let column = code[..at + keyword.len() + spaces].chars().count() as u32 + 1;
                whole.then_some((line as u32 + 1, column))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn definitions_are_found_by_their_whole_name() {
        assert_eq!(in_text("use a::Pool;\n\npub struct Pool(u8);", "Pool"), Some((3, 12)));
        assert_eq!(in_text("mod é { pub(crate) type  Pool<T> = T; }", "Pool"), Some((1, 26)));
        assert_eq!(in_text("enum Pool {", "Pool"), Some((1, 6)));
        for text in ["struct Pools;", "// struct Pool;", "mystruct Pool", "fn pool() -> Pool", "struct Poo"] {
            assert_eq!(in_text(text, "Pool"), None, "{text}");
        }
    }
}
