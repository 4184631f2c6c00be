//! From records to the model.

use std::collections::HashMap;

use events_record::read::{self, Common, Item, TypeBytes};
use events_record::shape;

use super::clean::clean;
use super::event::{Event, Field, Shape};
use super::handler::{Argument, Emits, Handler, State};
use super::location::Location;
use super::order::{self, Placed};
use super::program::{FORMAT, Program};
use super::reference::EventRef;

/// How many bytes of names a program may repeat for each byte of its records, and how many in addition.
///
/// A record refers to an event by 16 bytes, a listing by its name and place. No compiled program exceeds the limit, but
/// a forged file could make the listing quadratic in its size.
const REPEATED: (usize, usize) = (16, 1 << 20);

/// Makes the program that these records of `size` bytes describe. `None` if they exceed [`REPEATED`].
pub(crate) fn build(items: &[Item<'_>], size: usize) -> Option<Program> {
    if repeated(items) > size.saturating_mul(REPEATED.0).saturating_add(REPEATED.1) {
        return None;
    }
    let mut events: Vec<(TypeBytes, Event)> = events(items);
    events.sort_by(|(_, a), (_, b)| {
        let key = |event: &Event| (event.path.clone(), event.package_version.clone(), event.location.clone());
        key(a).cmp(&key(b))
    });
    let index: HashMap<TypeBytes, usize> =
        events.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
    let references: Vec<EventRef> = events.iter().map(|(_, event)| event.reference()).collect();

    let (elsewhere, for_all) = (events.len(), events.len() + 1);
    let mut tables: Vec<Vec<(Placed, &read::Handler<'_>)>> = (0..=for_all).map(|_| Vec::new()).collect();
    for item in items {
        let Item::Handler(raw) = item else { continue };
        let handler = handler(raw, |id| index.get(&id).map(|&at| references[at].clone()));
        let at = match index.get(&raw.event) {
            Some(&at) => at,
            None if raw.is_for_all() => for_all,
            None => elsewhere,
        };
        tables[at].push((Placed { handler, row: raw.row }, raw));
    }
    // State types are numbered in an order that does not depend on the linker.
    let mut states = HashMap::new();
    let mut tables = tables.into_iter().map(|mut table| {
        table.sort_by(|(a, _), (b, _)| order::compare(&a.handler, &b.handler));
        for (placed, raw) in &mut table {
            number(&mut placed.handler, raw, &mut states);
        }
        order::dispatch(table.into_iter().map(|(placed, _)| placed).collect())
    });
    let events = events.into_iter().zip(&mut tables);
    let events = events.map(|((_, event), handlers)| Event { handlers, ..event });
    let events = events.filter(|event| !is_of_the_library(event)).collect();
    let elsewhere = tables.next().unwrap_or_default();
    let for_all = tables.next().unwrap_or_default();
    let mut program = Program { format: FORMAT, events, elsewhere, for_all };
    clean(&mut program);
    Some(program)
}

/// How many bytes the names need with which a listing refers to events.
fn repeated(items: &[Item<'_>]) -> usize {
    let events = items.iter().filter_map(|item| match item {
        Item::Event(event) => {
            let Common { module, name, package_version, file, .. } = &event.common;
            let public = event.public_name.unwrap_or_default();
            Some((event.id, [*module, name, package_version, file, public].map(str::len).iter().sum()))
        }
        _ => None,
    });
    let lengths: HashMap<TypeBytes, usize> = events.collect();
    let length = |id: &TypeBytes| lengths.get(id).copied().unwrap_or(0);
    let handlers = items.iter().filter_map(|item| match item {
        Item::Handler(handler) => {
            let emitted: usize = handler.emits.iter().map(|emits| length(&emits.event)).sum();
            Some(length(&handler.event) + emitted)
        }
        _ => None,
    });
    handlers.sum()
}

/// Whether the event belongs to this library and has no handler. Such an event is in every program.
fn is_of_the_library(event: &Event) -> bool {
    event.package == "events-runtime" && event.handlers.is_empty()
}

fn events(items: &[Item<'_>]) -> Vec<(TypeBytes, Event)> {
    let mut parts: HashMap<TypeBytes, Vec<&read::Field<'_>>> = HashMap::new();
    for item in items {
        if let Item::Field(part) = item {
            parts.entry(part.event).or_default().push(&part.field);
        }
    }
    let events = items.iter().filter_map(|item| match item {
        Item::Event(raw) => {
            let parts = parts.get(&raw.id).map_or(&[][..], Vec::as_slice);
            Some((raw.id, event(raw, parts)))
        }
        _ => None,
    });
    events.collect()
}

fn event(raw: &read::Event<'_>, parts: &[&read::Field<'_>]) -> Event {
    let path = path(&raw.common);
    let mut fields: Vec<&read::Field<'_>> = raw.fields.iter().chain(parts.iter().copied()).collect();
    fields.sort_by_key(|field| field.index);
    Event {
        name: raw.public_name.map_or_else(|| path.clone(), str::to_owned),
        path,
        package: raw.common.package.to_owned(),
        package_version: raw.common.package_version.to_owned(),
        version: raw.version,
        key: owned(raw.key),
        lane: owned(raw.lane),
        urgency: owned(raw.urgency),
        is_async: raw.is_async(),
        unhandled_allowed: raw.allows_unhandled(),
        shape: match raw.shape {
            Some(shape::TUPLE) => Shape::Tuple,
            Some(shape::UNIT) => Shape::Unit,
            Some(shape::ENUM) => Shape::Enum,
            _ => Shape::Struct,
        },
        docs: docs(raw.common.docs),
        serde: raw.serde.iter().map(|text| (*text).to_owned()).collect(),
        fields: fields.into_iter().map(field).collect(),
        location: location(&raw.common),
        handlers: Vec::new(),
    }
}

fn field(raw: &read::Field<'_>) -> Field {
    Field {
        name: raw.name.to_owned(),
        ty: owned(raw.ty),
        docs: docs(raw.docs),
        serde: raw.serde.iter().map(|text| (*text).to_owned()).collect(),
        variant_serde: raw.variant_serde.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn handler(raw: &read::Handler<'_>, find: impl Fn(TypeBytes) -> Option<EventRef>) -> Handler {
    Handler {
        path: path(&raw.common),
        package: raw.common.package.to_owned(),
        package_version: raw.common.package_version.to_owned(),
        event: raw.event_written.to_owned(),
        priority: raw.priority,
        condition: owned(raw.condition),
        is_async: raw.is_async(),
        may_stop: raw.may_stop(),
        concurrent: raw.is_concurrent(),
        returns: owned(raw.returns),
        arguments: raw
            .arguments
            .iter()
            .map(|argument| Argument { ty: argument.ty.to_owned(), state: None })
            .collect(),
        emits: raw
            .emits
            .iter()
            .map(|emits| Emits { written: emits.written.to_owned(), event: find(emits.event) })
            .collect(),
        group: raw.group.map(|tail| format!("{}{tail}", raw.common.module)),
        retry: owned(raw.retry),
        timeout: owned(raw.timeout),
        breaker: owned(raw.breaker),
        batch: owned(raw.batch),
        docs: docs(raw.common.docs),
        location: location(&raw.common),
    }
}

/// Numbers the state types that a handler takes.
fn number(handler: &mut Handler, raw: &read::Handler<'_>, states: &mut HashMap<TypeBytes, u32>) {
    let group = handler.group.clone();
    for (argument, raw) in handler.arguments.iter_mut().zip(&raw.arguments) {
        let Some(state) = raw.state else { continue };
        let next = states.len() as u32;
        let id = *states.entry(state).or_insert(next);
        argument.state = Some(State { name: state_name(raw.ty, group.as_deref()), id });
    }
}

/// The name of a state type as it is written in the handler: `Stock` in `State<'_, Stock>`, and the type of `&self`.
fn state_name(written: &str, group: Option<&str>) -> String {
    if written == "&self" {
        return group.and_then(|group| group.rsplit("::").next()).unwrap_or("Self").to_owned();
    }
    let Some((_, inner)) = written.split_once('<') else { return written.to_owned() };
    let inner = inner.trim_end().strip_suffix('>').unwrap_or(inner).trim();
    match inner.split_once(',') {
        Some((lifetime, ty)) if lifetime.trim_start().starts_with('\'') => ty.trim().to_owned(),
        _ => inner.to_owned(),
    }
}

fn path(common: &Common<'_>) -> String {
    format!("{}::{}", common.module, common.name)
}

fn location(common: &Common<'_>) -> Location {
    Location { file: common.file.to_owned(), line: common.line, column: common.column }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn docs(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty())
}
