use crate::model::Program;
use crate::select::Built;

/// The title and version of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The title.
    pub title: String,
    /// The version of the program that is described.
    pub version: String,
}

impl Info {
    /// The program's name and the version of its package. The package of a binary that was not built here is not known:
    /// it is assumed to be the one with the same name among those with events or handlers in it.
    pub fn of(built: &Built, program: &Program) -> Self {
        let stem = built.binary.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let title = stem.unwrap_or_else(|| "events".to_owned());
        let version = match &built.package {
            Some(package) => version_of(package).map(str::to_owned),
            None => version_in(program, &title),
        };
        Self { title, version: version.unwrap_or_else(|| "0.0.0".to_owned()) }
    }
}

/// The version in a package id of cargo: `path+file:///shop#0.1.0`, `registry+https://..#shop@0.1.0`.
fn version_of(package: &str) -> Option<&str> {
    let (_, named) = package.rsplit_once('#')?;
    Some(named.rsplit_once('@').map_or(named, |(_, version)| version))
}

fn version_in(program: &Program, title: &str) -> Option<String> {
    let same = |package: &str| package.replace('-', "_") == title.replace('-', "_");
    let events = program.events.iter().map(|event| (&event.package, &event.package_version));
    let handlers = program.handlers().map(|handler| (&handler.package, &handler.package_version));
    events.chain(handlers).find(|(package, _)| same(package)).map(|(_, version)| version.clone())
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn every_way_of_cargo_to_name_a_package() {
        for name in [
            "path+file:///a/shop#0.1.0",
            "path+file:///a/b#shop@0.1.0",
            "registry+https://x/index#shop@0.1.0",
        ] {
            assert_eq!(version_of(name), Some("0.1.0"), "{name}");
        }
        assert_eq!(version_of("shop"), None);
    }
}
