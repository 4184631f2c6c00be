//! Compares two programs.

use std::collections::BTreeSet;

use super::changes::Changes;
use super::explain::explain;
use super::handlers;
use super::pair::Pairs;
use super::report::{Compatibility, Diff, Direction, EventChange, EventNote, Reason};
use crate::model::{Event, Field, Program, Shape};
use crate::schema;
use crate::text::line;

/// The version of the form of a comparison.
const FORMAT: u32 = 1;

/// Compares two programs. Places in the source and documentation are not compared.
pub fn compare(old: &Program, new: &Program) -> Diff {
    let (pairs, removed, added) = Pairs::of(&old.events, &new.events)
        .by(|event| {
            (&event.name, &event.path, &event.package_version, &event.location.file, event.location.line)
        })
        .by(|event| (&event.name, &event.path, &event.package_version))
        .by(|event| (&event.name, &event.path))
        .by(|event| &event.name)
        .by(|event| &event.path)
        .done();
    let changed: Vec<EventChange> =
        pairs.into_iter().filter_map(|(from, to)| event(&old.events[from], &new.events[to])).collect();
    Diff {
        format: FORMAT,
        compatibility: changed
            .iter()
            .map(|event| event.compatibility)
            .fold(Compatibility::Full, Compatibility::and),
        added: added.into_iter().map(|(_, event)| EventNote::of(event)).collect(),
        removed: removed.into_iter().map(|(_, event)| EventNote::of(event)).collect(),
        changed,
        elsewhere: handlers::compare(&old.elsewhere, &new.elsewhere),
    }
}

fn event(old: &Event, new: &Event) -> Option<EventChange> {
    let mut changes = Changes::default();
    let urgency = |event: &Event| event.urgency.clone().filter(|urgency| urgency != "normal");
    let lane = |event: &Event| event.lane.clone().filter(|lane| lane != "default");
    changes.values("name", &old.name, &new.name);
    changes.values("path", &old.path, &new.path);
    changes.values("version", &old.version, &new.version);
    changes.texts("key", &old.key, &new.key);
    changes.texts("lane", &lane(old), &lane(new));
    changes.texts("urgency", &urgency(old), &urgency(new));
    changes.values("async", &old.is_async, &new.is_async);
    changes.values("unhandled allowed", &old.unhandled_allowed, &new.unhandled_allowed);
    let before = changes.0.len();
    changes.texts("declared as", &Some(shape(old).to_owned()), &Some(shape(new).to_owned()));
    changes.texts("serde", &attributes(&old.serde), &attributes(&new.serde));
    fields(&mut changes, &old.fields, &new.fields);
    // The declaration is the same if no change was added here.
    let same = changes.0.len() == before;
    let (backward, forward) = if same { Default::default() } else { verdict(old, new) };
    let renamed = old.name != new.name;
    let mut reasons = Vec::new();
    for (direction, found) in [(Direction::Backward, &backward), (Direction::Forward, &forward)] {
        if renamed {
            reasons.push(Reason {
                breaks: direction,
                field: String::new(),
                message: format!(
                    "the name was `{}` and is `{}`: who looks for the one does not find the other; keep it with \
                     `#[event(name = \"{}\")]`",
                    old.name, new.name, old.name
                ),
            });
        }
        reasons.extend(found.iter().map(|reason| explain(direction, reason)));
    }
    let handlers = handlers::compare(&old.handlers, &new.handlers);
    if changes.0.is_empty() && handlers.is_empty() {
        return None;
    }
    Some(EventChange {
        name: new.name.clone(),
        path: new.path.clone(),
        location: new.location.clone(),
        compatibility: Compatibility::of(backward.is_empty() && !renamed, forward.is_empty() && !renamed),
        reasons,
        unknown_types: if same { Vec::new() } else { unknown_types(old, new) },
        changes: changes.0,
        handlers,
    })
}

/// Why the new program cannot read what the old one wrote, and why the old one cannot read what the new one writes.
///
/// Reasons for which a program cannot read its own events are not counted, since the change did not cause them: an
/// event may be meant for writing only, and have other names when it is read.
fn verdict(old: &Event, new: &Event) -> (BTreeSet<schema::Reason>, BTreeSet<schema::Reason>) {
    let (old, new) = (schema::of(old), schema::of(new));
    let own = &schema::reasons(&old, &old) & &schema::reasons(&new, &new);
    (&schema::reasons(&new, &old) - &own, &schema::reasons(&old, &new) - &own)
}

fn unknown_types(old: &Event, new: &Event) -> Vec<String> {
    let (old, new) = (schema::of(old), schema::of(new));
    let mut found = Vec::new();
    old.unknown(&mut found);
    new.unknown(&mut found);
    let found: BTreeSet<&str> = found.into_iter().collect();
    found.into_iter().map(|ty| line(ty).into_owned()).collect()
}

fn fields(changes: &mut Changes, old: &[Field], new: &[Field]) {
    let (pairs, removed, added) = Pairs::of(old, new).by(|field| &field.name).done();
    for &(from, to) in &pairs {
        let what = format!("field {}", new[to].name);
        changes.texts(&what, &Some(declaration(&old[from])), &Some(declaration(&new[to])));
    }
    for (_, field) in removed {
        changes.texts(&format!("field {}", field.name), &Some(declaration(field)), &None);
    }
    for (_, field) in added {
        changes.texts(&format!("field {}", field.name), &None, &Some(declaration(field)));
    }
    if !pairs.is_sorted_by_key(|(from, _)| *from) {
        let names = |fields: &[Field]| {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            Some(names.join(", "))
        };
        changes.texts("order of fields", &names(old), &names(new));
    }
}

/// A field's type and its serde attributes, as in source.
fn declaration(field: &Field) -> String {
    let mut text = field.ty.clone().unwrap_or_else(|| "a variant".to_owned());
    if let Some(attributes) = attributes(&field.serde) {
        text = format!("{attributes} {text}");
    }
    if let Some(attributes) = attributes(&field.variant_serde) {
        text = format!("{text}, in a variant with {attributes}");
    }
    text
}

fn attributes(serde: &[String]) -> Option<String> {
    let each: Vec<String> = serde.iter().map(|text| format!("#[serde({text})]")).collect();
    (!each.is_empty()).then(|| each.join(" "))
}

fn shape(event: &Event) -> &'static str {
    match event.shape {
        Shape::Struct => "a struct",
        Shape::Tuple => "a tuple struct",
        Shape::Unit => "a unit struct",
        Shape::Enum => "an enum",
    }
}
