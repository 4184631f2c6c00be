use std::collections::BTreeMap;

use crate::commands::check::report::{Found, Related};
use crate::commands::check::subject::Subject;
use crate::model::{Handler, State};
use definers::{Definer, Definers};

mod definers;

/// A handler that takes state, for a finding about two types with one name.
struct Asks<'a> {
    handler: &'a Handler,
    state: &'a State,
}

pub(super) fn find(subject: &Subject) -> Vec<Found> {
    // Each type once, with the first handler that takes it.
    let mut named: BTreeMap<String, BTreeMap<u32, Asks<'_>>> = BTreeMap::new();
    for handler in subject.program.handlers() {
        for state in handler.state() {
            let types = named.entry(without_paths(&state.name)).or_default();
            types.entry(state.id).or_insert(Asks { handler, state });
        }
    }
    let mut definers = Definers::new(subject.origin.as_ref().map(|origin| &origin.packages));
    let mut found = Vec::new();
    for (name, types) in named.iter().filter(|(_, types)| types.len() > 1) {
        let types: Vec<&Asks<'_>> = types.values().collect();
        for (at, first) in types.iter().enumerate() {
            for second in &types[at + 1..] {
                found.extend(
                    definers
                        .two_versions(name, first.handler, second.handler)
                        .map(|(one, other)| report(name, [(first, one), (second, other)])),
                );
            }
        }
    }
    found
}

fn report(name: &str, [first, second]: [(&Asks<'_>, Definer); 2]) -> Found {
    let of = |definer: &Definer| format!("{} {}", definer.package, definer.version);
    let mut related = Vec::new();
    for (asks, definer) in [&first, &second] {
        related.push(Related::new(
            format!("`{}` asks for `{}` of {}", asks.handler.path, asks.state.name, of(definer)),
            &asks.handler.location,
        ));
        if let Some(location) = &definer.location {
            related.push(Related::new(format!("`{name}` of {}", of(definer)), location));
        }
    }
    Found {
        message: format!(
            "handlers ask for two different types `{name}`, of {} and of {}",
            of(&first.1),
            of(&second.1)
        ),
        help: format!(
            "have all crates of the program depend on the same version of `{0}`: `cargo tree -i {0}@{1}` shows who asks for \
             which; until then the bus needs a value of each",
            first.1.package, first.1.version
        ),
        location: first.0.handler.location.clone(),
        related,
    }
}

/// A type without the paths of its parts: `Mutex<Pool>` for `std::sync::Mutex<db::Pool>`.
fn without_paths(written: &str) -> String {
    let mut short = String::new();
    let mut last = String::new();
    let mut characters = written.chars().filter(|character| !character.is_whitespace()).peekable();
    while let Some(character) = characters.next() {
        if character == ':' && characters.next_if_eq(&':').is_some() {
            last.clear();
        } else if character.is_alphanumeric() || character == '_' {
            last.push(character);
        } else {
            short.push_str(&last);
            last.clear();
            short.push(character);
        }
    }
    short + &last
}

#[cfg(test)]
mod tests {
    use super::{find, without_paths};
    use crate::commands::check::forms::Places;
    use crate::commands::check::subject::Subject;
    use crate::model::Program;

    /// A program with these handlers, without sources: package, version, number of the type.
    fn binary(handlers: &[(&str, &str, u32)]) -> Subject {
        let handlers = handlers.iter().map(|(package, version, id)| {
            let location = serde_json::json!({ "file": format!("{package}-{version}.rs"), "line": 1, "column": 1 });
            let state = serde_json::json!({ "name": "Pool", "id": id });
            serde_json::json!({
                "path": format!("{package}::handle"), "package": package, "package_version": version, "event": "Paid",
                "arguments": [{ "type": "State<Pool>", "state": state }], "location": location,
            })
        });
        let elsewhere: Vec<_> = handlers.collect();
        let program = serde_json::json!({ "events": [], "elsewhere": elsewhere });
        let program: Program = serde_json::from_value(program).unwrap();
        Subject { program, origin: None, places: Places::default() }
    }

    #[test]
    fn without_sources_the_versions_of_the_handlers_packages_are_known() {
        let found = find(&binary(&[("db", "1.0.0", 0), ("db", "2.0.0", 1)]));
        assert_eq!(
            found[0].message,
            "handlers ask for two different types `Pool`, of db 1.0.0 and of db 2.0.0"
        );
        assert!(find(&binary(&[("db", "1.0.0", 0), ("db", "2.0.0", 0)])).is_empty());
        assert!(find(&binary(&[("db", "1.0.0", 0), ("shop", "2.0.0", 1)])).is_empty());
        assert!(find(&binary(&[("db", "1.0.0", 0), ("db", "1.0.0", 1)])).is_empty());
    }

    #[test]
    fn paths_do_not_distinguish_types() {
        assert_eq!(without_paths("Pool"), "Pool");
        assert_eq!(without_paths("::shared::Pool"), "Pool");
        assert_eq!(without_paths("std::sync::Mutex< db :: Pool >"), "Mutex<Pool>");
        assert_eq!(without_paths("(a::B, [c::D; 2])"), "(B,[D;2])");
    }
}
