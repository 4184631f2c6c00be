use std::collections::{BTreeMap, BTreeSet};

use crate::commands::check::report::{Found, Related, counted};
use crate::commands::check::subject::{Linked, Origin, Subject};
use crate::model::{Handler, Location};
use crate::select::{Package, Reached};

/// The names of the facade's package: in its repository, and on crates.io.
const FACADES: [&str; 2] = ["events", "linked-events"];

/// Identifies a handler across builds.
type Key<'a> = (&'a str, &'a str, &'a str, &'a Location);

fn key(handler: &Handler) -> Key<'_> {
    (&handler.package, &handler.package_version, &handler.path, &handler.location)
}

/// Finds left-out handlers, with one finding for each library, since one line links all of it.
pub(super) fn find(subject: &Subject) -> Vec<Found> {
    let Some(origin) = &subject.origin else { return Vec::new() };
    let Some(root) = origin.root() else { return Vec::new() };
    let linked: BTreeSet<Key<'_>> = subject.program.handlers().map(key).collect();
    // A package may be built several times, with other features for build scripts. The program is linked with the build
    // of which it misses the fewest handlers.
    let mut missing: BTreeMap<(&str, &str), Missing<'_>> = BTreeMap::new();
    for library in &origin.libraries {
        let mut handlers: Vec<&Handler> =
            library.program.handlers().filter(|handler| !linked.contains(&key(handler))).collect();
        handlers.sort_by(|a, b| a.location.cmp(&b.location));
        let here = Missing { library, handlers };
        let known = missing.entry((&library.package, &library.crate_name)).or_insert_with(|| here.clone());
        if here.handlers.len() < known.handlers.len() {
            *known = here;
        }
    }
    // An example need not have the handlers of a dependency that its package has for all examples and tests.
    let unwanted = |package: &Package| {
        let of_package = || missing.values().filter(|missing| missing.library.package == package.id);
        of_package().next().is_some() && of_package().all(Missing::is_whole)
    };
    let reached = origin.packages.reached(root, |package| origin.is_example && !unwanted(package));
    let left_out = missing.values().filter(|missing| !missing.handlers.is_empty());
    let found = left_out.filter_map(|missing| {
        let reached = reached.iter().find(|one| one.package.id == missing.library.package)?;
        Some(missing.found(origin, reached))
    });
    found.collect()
}

/// The handlers of a library that are not in the program.
#[derive(Clone)]
struct Missing<'a> {
    library: &'a Linked,
    handlers: Vec<&'a Handler>,
}

impl Missing<'_> {
    /// Whether the program has none of the library's handlers.
    fn is_whole(&self) -> bool {
        !self.handlers.is_empty() && self.handlers.len() == self.library.program.handlers().count()
    }

    fn found(&self, origin: &Origin, reached: &Reached<'_>) -> Found {
        let name = &self.library.crate_name;
        let number = self.handlers.len();
        let (message, help) = if self.is_whole() {
            let are = if number == 1 { "is" } else { "are" };
            let handlers = counted(number, "handler");
            (
                format!(
                    "{handlers} of the crate `{name}` {are} not in the program: the linker left it out, since no source names it"
                ),
                line(origin, reached, name),
            )
        } else {
            (
                format!("{} of the crate `{name}` did not get into the program, others did", counted(number, "handler")),
                "build anew after `cargo clean`; if it stays so, the linker removes what is marked `#[used]`: look for linker \
                 options in `RUSTFLAGS` and `.cargo/config.toml`"
                    .to_owned(),
            )
        };
        let related =
            self.handlers.iter().map(|handler| Related::new(describe(handler), &handler.location)).collect();
        Found { message, help, location: self.handlers[0].location.clone(), related }
    }
}

fn describe(handler: &Handler) -> String {
    format!("`{}`, for `{}`", handler.path, handler.event)
}

/// The line that links a library, and the file to write it in.
fn line(origin: &Origin, reached: &Reached<'_>, crate_name: &str) -> String {
    let root = reached.package;
    let (package, name) = reached.by.unwrap_or((root, crate_name));
    let of_program = package.id == origin.package;
    let file = match &package.library {
        Some(library) if !of_program => library.as_path(),
        _ => origin.source.as_path(),
    };
    let file = origin.relative(file);
    let facade =
        origin.packages.direct(package).find(|(_, dependency)| FACADES.contains(&dependency.name.as_str()));
    match facade {
        Some((events, _)) => format!("write `{events}::link!({name});` in {file}"),
        None => format!("write `use {name} as _;` in {file}"),
    }
}
