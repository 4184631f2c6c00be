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
             {0}` shows who does",
            first.package
        )
    } else {
        "give each a name of its own: `#[event(name = \"..\")]`".to_owned()
    };
    Found {
        message: format!("{} events are named `{}`", events.len(), first.name),
        help,
        location: first.location.clone(),
        related: others.iter().map(|event| Related::new(told(event), &event.location)).collect(),
    }
}

fn told(event: &Event) -> String {
    format!("`{}` of {} {}", event.path, event.package, event.package_version)
}
