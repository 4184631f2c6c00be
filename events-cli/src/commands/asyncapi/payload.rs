//! Payloads as JSON Schema, draft 7, as AsyncAPI requires.

use std::collections::HashSet;
use std::hash::Hash;

use serde_json::{Map, Value, json};

use crate::schema::{Choice, Integer, Member, Node, Record, Tagging, Variant};

/// Makes the schema of the values that are read as this form.
pub(super) fn schema(node: &Node) -> Value {
    match node {
        Node::Null => json!({ "type": "null" }),
        Node::Bool => json!({ "type": "boolean" }),
        Node::Integer(number) => integer(*number),
        Node::Float(bits) => {
            json!({ "type": "number", "format": if *bits == 32 { "float" } else { "double" } })
        }
        Node::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Node::Text => json!({ "type": "string" }),
        Node::Optional(inner) => nullable(schema(inner)),
        Node::List(inner) => json!({ "type": "array", "items": schema(inner) }),
        Node::Array(inner, length) => match length.parse::<u64>() {
            Ok(length) => {
                json!({ "type": "array", "items": schema(inner), "minItems": length, "maxItems": length })
            }
            Err(_) => json!({ "type": "array", "items": schema(inner), "x-rust-length": length }),
        },
        Node::Tuple(members) => tuple(members),
        Node::Map(key, value) => map(key, value),
        Node::Record(fields) => record(fields),
        Node::Choice(variants) => choice(variants),
        Node::Open { ty, by: None } => json!({ "x-rust-type": ty }),
        Node::Open { ty, by: Some(by) } => json!({ "x-rust-type": ty, "x-serde-with": by }),
    }
}

fn integer(number: Integer) -> Value {
    let Integer { signed, bits, nonzero } = number;
    let format = format!("{}int{bits}", if signed { "" } else { "u" });
    let mut schema = json!({ "type": "integer", "format": format });
    // Most JSON parsers use `f64` for numbers, which cannot represent larger limits.
    match (signed, bits) {
        (false, 8..=32) => schema["maximum"] = json!((1u64 << bits) - 1),
        (true, 8..=32) => {
            schema["minimum"] = json!(-(1i64 << (bits - 1)));
            schema["maximum"] = json!((1i64 << (bits - 1)) - 1);
        }
        (false, 64) => schema["maximum"] = json!(u64::MAX),
        (true, 64) => {
            schema["minimum"] = json!(i64::MIN);
            schema["maximum"] = json!(i64::MAX);
        }
        _ => {}
    }
    if !signed {
        schema["minimum"] = json!(u64::from(nonzero));
    } else if nonzero {
        schema["not"] = json!({ "const": 0 });
    }
    schema
}

/// Makes a schema that accepts `null` as well.
fn nullable(schema: Value) -> Value {
    let plain = schema.get("type").and_then(Value::as_str).map(str::to_owned);
    match plain {
        Some(plain) if schema.get("enum").is_none() && plain != "null" => {
            let mut schema = schema;
            schema["type"] = json!([plain, "null"]);
            schema
        }
        Some(plain) if plain == "null" => schema,
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn map(key: &Node, value: &Node) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": schema(value) });
    match key {
        Node::Integer(number) => {
            let pattern = if number.signed { "^-?[0-9]+$" } else { "^[0-9]+$" };
            schema["propertyNames"] = json!({ "pattern": pattern });
        }
        Node::Char => schema["propertyNames"] = json!({ "minLength": 1, "maxLength": 1 }),
        Node::Bool => schema["propertyNames"] = json!({ "enum": ["true", "false"] }),
        Node::Open { ty, .. } => schema["propertyNames"] = json!({ "x-rust-type": ty }),
        _ => {}
    }
    schema
}

fn tuple(members: &[Member]) -> Value {
    let members: Vec<&Member> = members.iter().filter(|member| !member.read.is_empty()).collect();
    let needed = members.iter().rposition(|member| !member.optional).map_or(0, |last| last + 1);
    let mut schema_of = json!({ "type": "array", "minItems": needed, "maxItems": members.len() });
    if !members.is_empty() {
        let items: Vec<Value> = members.iter().map(|member| described(member)).collect();
        schema_of["items"] = json!(items);
        schema_of["additionalItems"] = json!(false);
    }
    schema_of
}

fn record(record: &Record) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut one_of_these = Vec::new();
    let mut flattened = Vec::new();
    let mut more = None;
    if let Some((tag, name)) = &record.tag {
        properties.insert(tag.clone(), json!({ "const": name }));
    }
    for member in &record.members {
        if member.flatten {
            match &member.node {
                Node::Map(_, value) => more = Some(schema(value)),
                node => flattened.push(node),
            }
            continue;
        }
        let (name, read) = match (member.read.first(), &member.written) {
            (Some(name), _) => (name, true),
            (None, Some(name)) => (name, false),
            (None, None) => continue,
        };
        let mut property = described(member);
        if !read {
            property = beside(property, "readOnly", json!(true));
        } else if !member.optional {
            match member.read.as_slice() {
                [one] => required.push(one.clone()),
                any => one_of_these.push(json!({ "anyOf": any.iter().map(needed).collect::<Vec<_>>() })),
            }
        }
        for alias in member.read.iter().skip(1) {
            properties.insert(alias.clone(), alias_of(name, &property));
        }
        properties.insert(name.clone(), property);
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(distinct(required));
    }
    if !one_of_these.is_empty() {
        schema["allOf"] = json!(one_of_these);
    }
    match more {
        _ if record.closed => schema["additionalProperties"] = json!(false),
        Some(more) => schema["additionalProperties"] = more,
        None => {}
    }
    if !flattened.is_empty() {
        let mut all: Vec<Value> = vec![schema];
        all.extend(flattened.into_iter().map(|node| match node {
            // A flattened `Option` is read as `None` if its fields are absent.
            Node::Optional(_) => json!({ "x-flattened": self::schema(node) }),
            node => self::schema(node),
        }));
        schema = json!({ "allOf": all });
    }
    schema
}

/// Removes duplicates. No program has two fields with one name, but a listing may.
fn distinct<T: Clone + Eq + Hash>(all: Vec<T>) -> Vec<T> {
    let mut seen = HashSet::with_capacity(all.len());
    all.into_iter().filter(|one| seen.insert(one.clone())).collect()
}

/// The largest schema that is repeated for each alias, in the units of [`is_within`].
const SHORT: usize = 256;

/// The schema of an alias of a field or variant: the same schema if it is short, otherwise a reference to the name.
/// There may be any number of aliases, and a long schema for each would make the document quadratic.
fn alias_of(name: &str, schema: &Value) -> Value {
    let schema = if is_within(schema, &mut { SHORT }) { schema.clone() } else { json!({}) };
    if name.len() <= SHORT { beside(schema, "x-alias-of", json!(name)) } else { schema }
}

/// Whether a schema is no larger than `left`, from which its size is subtracted.
fn is_within(schema: &Value, left: &mut usize) -> bool {
    // A rough estimate of the memory that each value needs. An object needs the most.
    let own = match schema {
        Value::Object(_) => 64,
        Value::String(text) => 16 + text.len(),
        _ => 16,
    };
    let Some(less) = left.checked_sub(own) else { return false };
    *left = less;
    match schema {
        Value::Array(all) => all.iter().all(|one| is_within(one, left)),
        Value::Object(all) => all.values().all(|one| is_within(one, left)),
        _ => true,
    }
}

fn needed(name: &String) -> Value {
    json!({ "required": [name] })
}

/// Makes the schema of a member, with its documentation and default.
fn described(member: &Member) -> Value {
    let mut schema = schema(&member.node);
    if let Some(docs) = &member.docs {
        schema = beside(schema, "description", json!(docs));
    }
    if member.plain_default
        && let Some(default) = default(&member.node)
    {
        schema = beside(schema, "default", default);
    }
    schema
}

/// Adds a keyword to a schema.
fn beside(mut schema: Value, word: &str, value: Value) -> Value {
    schema[word] = value;
    schema
}

/// The value of `Default` for a type of the standard library.
fn default(node: &Node) -> Option<Value> {
    match node {
        Node::Null | Node::Optional(_) => Some(Value::Null),
        Node::Bool => Some(json!(false)),
        Node::Integer(Integer { nonzero: false, .. }) => Some(json!(0)),
        Node::Float(_) => Some(json!(0.0)),
        Node::Char => Some(json!("\0")),
        Node::Text => Some(json!("")),
        Node::List(_) => Some(json!([])),
        Node::Map(..) => Some(json!({})),
        _ => None,
    }
}

fn choice(choice: &Choice) -> Value {
    let readable = choice.variants.iter().filter(|variant| !variant.read.is_empty());
    let mut names = Vec::new();
    let mut forms = Vec::new();
    let mut any = false;
    for variant in readable {
        // An unknown variant is read as this one, so any name is accepted.
        any |= variant.other;
        let bare = variant.content.is_none() && choice.tagging == Tagging::External;
        match variant.read.as_slice() {
            all if bare && !variant.untagged => names.extend(all.iter().map(|name| json!(name))),
            _ => forms.push(form(variant, &choice.tagging)),
        }
    }
    if any {
        let mut known: Vec<&String> = choice.variants.iter().flat_map(|variant| &variant.read).collect();
        known.sort();
        known.dedup();
        forms.extend(others(&choice.tagging, &known));
    }
    if !names.is_empty() {
        let names = json!({ "type": "string", "enum": distinct(names) });
        if forms.is_empty() {
            return names;
        }
        forms.insert(0, names);
    }
    match forms.len() {
        // An enum without variants has no value.
        0 => json!({ "not": {} }),
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    }
}

/// Makes the schema of a variant.
fn form(variant: &Variant, tagging: &Tagging) -> Value {
    let content = variant.content.as_ref().map(schema);
    let name = || match variant.read.as_slice() {
        [one] => json!({ "const": one }),
        all => json!({ "enum": distinct(all.to_vec()) }),
    };
    match tagging {
        _ if variant.untagged => content.unwrap_or(json!({ "type": "null" })),
        Tagging::Untagged => content.unwrap_or(json!({ "type": "null" })),
        Tagging::External => {
            let content = content.unwrap_or(json!({ "type": "null" }));
            let mut properties = Map::new();
            if let Some((name, others)) = variant.read.split_first() {
                let others = others.iter().map(|other| (other.clone(), alias_of(name, &content)));
                properties.extend(others);
                properties.insert(name.clone(), content);
            }
            json!({
                "type": "object",
                "properties": properties,
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": false,
            })
        }
        Tagging::Internal(tag) => {
            let mut content = content.unwrap_or(json!({ "type": "object" }));
            if content["type"] == "object"
                && content.get("additionalProperties").is_none_or(|more| *more == false)
            {
                content["properties"][tag.as_str()] = name();
                let mut required = vec![json!(tag)];
                required.extend(content["required"].as_array().cloned().unwrap_or_default());
                content["required"] = json!(distinct(required));
                return content;
            }
            let tagged =
                json!({ "type": "object", "properties": { tag.as_str(): name() }, "required": [tag] });
            json!({ "allOf": [tagged, content] })
        }
        Tagging::Adjacent(tag, at) => {
            let mut schema =
                json!({ "type": "object", "properties": { tag.as_str(): name() }, "required": [tag] });
            if let Some(content) = content {
                schema["properties"][at.as_str()] = content;
                schema["required"] = json!(distinct(vec![tag, at]));
            }
            schema
        }
    }
}

/// The schema of a variant that is read for all unknown ones, if these names are known.
fn others(tagging: &Tagging, known: &[&String]) -> Option<Value> {
    let name = json!({ "type": "string", "not": { "enum": known } });
    match tagging {
        Tagging::External => Some(name),
        Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => {
            Some(json!({ "type": "object", "properties": { tag.as_str(): name }, "required": [tag] }))
        }
        Tagging::Untagged => None,
    }
}
