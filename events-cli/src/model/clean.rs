//! Makes the texts of a program safe to show, once, right after they are read.

use std::borrow::Cow;

use super::event::{Event, Field};
use super::handler::Handler;
use super::location::Location;
use super::program::Program;
use super::reference::EventRef;
use crate::text::{heading, line, lines};

/// Passes every text of a program through [`text`](crate::text).
pub(super) fn clean(program: &mut Program) {
    for event in &mut program.events {
        of_event(event);
        event.handlers.iter_mut().for_each(of_handler);
    }
    program.elsewhere.iter_mut().for_each(of_handler);
    program.for_all.iter_mut().for_each(of_handler);
}

fn of_event(event: &mut Event) {
    let Event {
        name, path, package, package_version, key, lane, urgency, docs, serde, fields, location, ..
    } = event;
    // These texts are at the start of lines in lists.
    put(name, heading);
    put(path, heading);
    [package, package_version].into_iter().for_each(|text| put(text, line));
    [key, lane, urgency].into_iter().flatten().for_each(|text| put(text, line));
    docs.iter_mut().for_each(|text| put(text, lines));
    serde.iter_mut().for_each(|text| put(text, line));
    fields.iter_mut().for_each(of_field);
    of_location(location);
}

fn of_field(field: &mut Field) {
    let Field { name, ty, docs, serde, variant_serde } = field;
    put(name, line);
    ty.iter_mut().chain(serde).chain(variant_serde).for_each(|text| put(text, line));
    docs.iter_mut().for_each(|text| put(text, lines));
}

fn of_handler(handler: &mut Handler) {
    let Handler { path, package, package_version, event, condition, returns, arguments, emits, .. } = handler;
    put(path, heading);
    [package, package_version, event].into_iter().for_each(|text| put(text, line));
    [condition, returns].into_iter().flatten().for_each(|text| put(text, line));
    for argument in arguments {
        put(&mut argument.ty, line);
        argument.state.iter_mut().for_each(|state| put(&mut state.name, line));
    }
    for emits in emits {
        put(&mut emits.written, line);
        emits.event.iter_mut().for_each(of_reference);
    }
    let Handler { group, retry, timeout, breaker, batch, docs, location, .. } = handler;
    [group, retry, timeout, breaker, batch].into_iter().flatten().for_each(|text| put(text, line));
    docs.iter_mut().for_each(|text| put(text, lines));
    of_location(location);
}

/// Changes a reference in the same way as the event, so that it still names the event.
fn of_reference(named: &mut EventRef) {
    put(&mut named.path, heading);
    put(&mut named.package_version, line);
    of_location(&mut named.location);
}

fn of_location(location: &mut Location) {
    put(&mut location.file, line);
}

fn put(text: &mut String, shown: impl Fn(&str) -> Cow<'_, str>) {
    if let Cow::Owned(changed) = shown(text) {
        *text = changed;
    }
}
