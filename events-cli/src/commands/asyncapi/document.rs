//! The document: channels, messages, operations.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::ids::Ids;
use super::info::Info;
use super::payload;
use crate::model::{Event, EventKey, Handler, Program};
use crate::schema;

/// The name of the lane of events that do not name one.
const DEFAULT_LANE: &str = "default";

/// Makes the AsyncAPI 3.0.0 document of a program.
pub fn document(program: &Program, info: &Info) -> Value {
    let messages = Messages::of(program);
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": info.title, "version": info.version },
        "defaultContentType": "application/json",
        "channels": messages.channels(),
        "operations": operations(program, &messages),
        "components": {
            "messages": messages.all(),
            "schemas": messages.schemas(),
        },
    })
}

/// The events, with their names in the document.
struct Messages<'a> {
    all: Vec<Message<'a>>,
    /// The name and id of each lane, in the order of their first events.
    lanes: Vec<(&'a str, String)>,
}

struct Message<'a> {
    event: &'a Event,
    id: String,
    /// The index of its lane.
    lane: usize,
}

impl<'a> Messages<'a> {
    fn of(program: &'a Program) -> Self {
        let mut ids = Ids::default();
        let mut lane_ids = Ids::default();
        let mut lanes: Vec<(&str, String)> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut all = Vec::new();
        for event in &program.events {
            let name = event.lane.as_deref().unwrap_or(DEFAULT_LANE);
            let lane = *known.entry(name).or_insert_with(|| {
                lanes.push((name, lane_ids.give(name)));
                lanes.len() - 1
            });
            all.push(Message { event, id: ids.give(&event.name), lane });
        }
        Self { all, lanes }
    }

    fn channels(&self) -> Map<String, Value> {
        let mut messages: Vec<Map<String, Value>> = vec![Map::new(); self.lanes.len()];
        for message in &self.all {
            let target = reference(&["components", "messages", &message.id]);
            messages[message.lane].insert(message.id.clone(), target);
        }
        let channels = self.lanes.iter().zip(messages).map(|((name, id), messages)| {
            let channel = json!({ "address": name, "title": format!("lane {name}"), "messages": messages });
            (id.clone(), channel)
        });
        channels.collect()
    }

    fn all(&self) -> Map<String, Value> {
        self.all.iter().map(|one| (one.id.clone(), message(one))).collect()
    }

    fn schemas(&self) -> Map<String, Value> {
        self.all.iter().map(|one| (one.id.clone(), payload::schema(&schema::of(one.event)))).collect()
    }

    /// Makes an operation on a message.
    fn operation(&self, message: &Message<'_>, action: &str) -> Map<String, Value> {
        let channel = &self.lanes[message.lane].1;
        let mut operation = Map::new();
        operation.insert("action".into(), json!(action));
        operation.insert("channel".into(), reference(&["channels", channel]));
        let message = reference(&["channels", channel, "messages", &message.id]);
        operation.insert("messages".into(), json!([message]));
        operation
    }
}

fn message(message: &Message<'_>) -> Value {
    let event = message.event;
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("name", Some(json!(event.name)));
    put("title", event.path.rsplit("::").next().map(|name| json!(name)));
    for (key, text) in documentation(event.docs.as_deref()) {
        put(key, Some(json!(text)));
    }
    put("payload", Some(reference(&["components", "schemas", &message.id])));
    put("x-event-version", Some(json!(event.version)));
    put("x-key", event.key.as_ref().map(|key| json!(key)));
    put("x-urgency", event.urgency.as_ref().map(|urgency| json!(urgency)));
    put("x-rust-type", Some(json!(event.path)));
    put("x-source", Some(json!(event.location.to_string())));
    Value::Object(object)
}

fn operations(program: &Program, messages: &Messages<'_>) -> Map<String, Value> {
    let mut ids = Ids::default();
    let mut operations = Map::new();
    let named: HashMap<EventKey<'_>, &Message<'_>> =
        messages.all.iter().rev().map(|message| (message.event.key(), message)).collect();
    for message in &messages.all {
        for handler in &message.event.handlers {
            let mut operation = messages.operation(message, "receive");
            describe(&mut operation, handler);
            operations.insert(ids.give(&handler.path), Value::Object(operation));
        }
    }
    for handler in program.handlers() {
        for emitted in handler.emits.iter().filter_map(|emits| emits.event.as_ref()) {
            let Some(message) = named.get(&emitted.key()) else { continue };
            let mut operation = messages.operation(message, "send");
            operation
                .insert("summary".into(), json!(format!("{} emits {}", handler.path, message.event.name)));
            operation.insert("x-source".into(), json!(handler.location.to_string()));
            operations.insert(
                ids.give(&format!("{}.emits.{}", handler.path, message.id)),
                Value::Object(operation),
            );
        }
    }
    operations
}

/// Identifies an event in a map.
fn describe(operation: &mut Map<String, Value>, handler: &Handler) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            operation.insert(key.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    put("title", Some(json!(handler.path)));
    for (key, text) in documentation(handler.docs.as_deref()) {
        put(key, Some(json!(text)));
    }
    put("x-priority", Some(json!(handler.priority)));
    put("x-concurrent", handler.concurrent.then_some(json!(true)));
    put("x-condition", text(&handler.condition));
    put("x-retry", text(&handler.retry));
    put("x-timeout", text(&handler.timeout));
    put("x-breaker", text(&handler.breaker));
    put("x-batch", text(&handler.batch));
    put("x-source", Some(json!(handler.location.to_string())));
}

/// The first line of the documentation as summary, and all of it as description if there is more.
fn documentation(docs: Option<&str>) -> impl Iterator<Item = (&'static str, &str)> {
    let docs = docs.map(str::trim).filter(|docs| !docs.is_empty());
    let summary = docs.and_then(|docs| docs.lines().next());
    let description = docs.filter(|_| docs != summary);
    summary.map(|text| ("summary", text)).into_iter().chain(description.map(|text| ("description", text)))
}

/// A reference within this document. The parts need no escaping.
fn reference(parts: &[&str]) -> Value {
    json!({ "$ref": format!("#/{}", parts.join("/")) })
}
