use std::collections::BTreeMap;

use crate::commands::check::report::{Found, Related};
use crate::model::{Event, Program};

pub(super) fn find(program: &Program) -> Vec<Found> {
    let mut named: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in &program.events {
        named.entry(&event.name).or_default().push(event);
    }
    named.values().filter(|events| events.len() > 1).map(|events| found(events)).collect()
}

fn found(events: &[&Event]) -> Found {
    let (first, others) = (events[0], &events[1..]);
    let two_versions = |other: &&Event| {
        other.path == first.path
            && other.package == first.package
            && other.package_version != first.package_version
    };
    let help = if others.iter().all(two_versions) {
        format!(
            "the program holds more than one version of `{0}`: have all that depend on it ask for the same one; `cargo tree -i \
             {0}@{1}` shows who asks for which",
            first.package, first.package_version
        )
    } else {
        "give each a name of its own: `#[event(name = \"..\")]`".to_owned()
    };
    Found {
        message: format!("{} events are named `{}`", events.len(), first.name),
        help,
        location: first.location.clone(),
        related: others.iter().map(|event| Related::new(describe(event), &event.location)).collect(),
    }
}

fn describe(event: &Event) -> String {
    format!("`{}` of {} {}", event.path, event.package, event.package_version)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::model::{Event, Program};

    fn event(path: &str, name: &str, version: &str) -> Event {
        let [path, name, package_version] = [path, name, version].map(str::to_owned);
        Event { path, name, package_version, package: "shop".into(), ..Event::default() }
    }

    #[test]
    fn two_versions_of_a_crate_are_distinguished_from_two_events() {
        let program = |events| Program { events, ..Program::default() };
        let help = |events| find(&program(events)).remove(0).help;
        let versions = help(vec![event("shop::A", "shop::A", "1.0.0"), event("shop::A", "shop::A", "2.0.0")]);
        assert!(versions.contains("`cargo tree -i shop@1.0.0`"), "{versions}");
        let events = help(vec![event("shop::A", "a", "1.0.0"), event("shop::B", "a", "1.0.0")]);
        assert!(events.contains("a name of its own"), "{events}");
        assert!(
            find(&program(vec![event("shop::A", "a", "1.0.0"), event("shop::B", "b", "1.0.0")])).is_empty()
        );
    }
}
