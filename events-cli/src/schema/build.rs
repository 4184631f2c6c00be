//! Converts an event's declaration to its form.

use super::attributes::Attributes;
use super::node::{Choice, Member, Node, Record, Tagging, Variant};
use super::{case, ty};
use crate::model::{Event, Field, Shape};

/// The form of an event.
pub fn of(event: &Event) -> Node {
    let type_name = event.path.rsplit("::").next().unwrap_or(&event.path);
    let container = Attributes::of(&event.serde);
    let through: Vec<&str> =
        ["into", "from", "try_from"].iter().filter_map(|name| container.text(name)).collect();
    match through.as_slice() {
        [] => {}
        [one, rest @ ..] if rest.iter().all(|other| other == one) => return ty::parse(one),
        _ => return Node::open(through.join(" and ")),
    }
    let names = Names::of(&container, "rename_all");
    match event.shape {
        Shape::Unit => Node::Null,
        Shape::Enum => choice(&event.fields, &container),
        Shape::Tuple => tuple(&event.fields, &container),
        Shape::Struct => {
            let fields = event.fields.iter().map(|field| member(field, &field.name, &names, &container));
            let members: Vec<Member> = fields.collect();
            let used = |member: &&Member| member.written.is_some() || !member.read.is_empty();
            match members.iter().find(used) {
                Some(member) if container.has("transparent") => member.node.clone(),
                _ => {
                    let name = container.writing("rename").unwrap_or(type_name);
                    let tag = container.text("tag").map(|tag| (tag.to_owned(), name.to_owned()));
                    Node::Record(Record { members, closed: container.has("deny_unknown_fields"), tag })
                }
            }
        }
    }
}

/// The naming rules for writing and for reading.
#[derive(Clone, Copy, Default)]
struct Names<'a> {
    written: Option<&'a str>,
    read: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn of(attributes: &'a Attributes, name: &str) -> Self {
        Self { written: attributes.writing(name), read: attributes.reading(name) }
    }
}

/// The names by which an item is written and read.
fn names(
    attributes: &Attributes,
    name: &str,
    rules: &Names<'_>,
    case: fn(Option<&str>, &str) -> String,
) -> (Option<String>, Vec<String>) {
    let written = || attributes.writing("rename").map_or_else(|| case(rules.written, name), str::to_owned);
    let read = || attributes.reading("rename").map_or_else(|| case(rules.read, name), str::to_owned);
    let others = attributes.also_reading("rename").chain(attributes.texts("alias")).map(str::to_owned);
    let skip = attributes.has("skip");
    (
        (!skip && !attributes.has("skip_serializing")).then(written),
        if skip || attributes.has("skip_deserializing") {
            Vec::new()
        } else {
            std::iter::once_with(read).chain(others).collect()
        },
    )
}

fn member(field: &Field, name: &str, rules: &Names<'_>, container: &Attributes) -> Member {
    let attributes = Attributes::of(&field.serde);
    let written_as = field.ty.clone().unwrap_or_default();
    let mut by: Vec<&str> = ["with", "serialize_with", "deserialize_with"]
        .iter()
        .filter_map(|with| attributes.text(with))
        .collect();
    by.dedup();
    let node = match by.as_slice() {
        [] => ty::parse(&written_as),
        by => Node::Open { ty: written_as.clone(), by: Some(by.join(", ")) },
    };
    let (written, read) = names(&attributes, name, rules, case::field);
    Member {
        name: name.to_owned(),
        ty: written_as,
        written,
        read,
        may_be_absent: attributes.has("skip_serializing_if"),
        optional: matches!(node, Node::Optional(_)) || attributes.has("default") || container.has("default"),
        plain_default: attributes.is_plain("default"),
        flatten: attributes.has("flatten"),
        docs: field.docs.clone(),
        node,
    }
}

/// The fields of a tuple struct or variant.
fn tuple(fields: &[Field], container: &Attributes) -> Node {
    let last = |field: &Field| field.name.rsplit('.').next().unwrap_or_default().to_owned();
    let mut members: Vec<Member> = fields
        .iter()
        .map(|field| {
            let attributes = Attributes::of(&field.serde);
            let mut member = member(field, &last(field), &Names::default(), container);
            // A missing value at the end of a list is not read as `None`.
            member.optional = attributes.has("default") || container.has("default");
            member
        })
        .collect();
    if let [_] = members.as_slice() {
        return members.remove(0).node;
    }
    members.retain(|member| member.written.is_some() || !member.read.is_empty());
    Node::Tuple(members)
}

fn choice(fields: &[Field], container: &Attributes) -> Node {
    let tagging = match (container.text("tag"), container.text("content")) {
        _ if container.has("untagged") => Tagging::Untagged,
        (Some(tag), Some(content)) => Tagging::Adjacent(tag.to_owned(), content.to_owned()),
        (Some(tag), None) => Tagging::Internal(tag.to_owned()),
        (None, _) => Tagging::External,
    };
    let of_variant = |field: &Field| field.name.split('.').next().unwrap_or_default().to_owned();
    let mut variants = Vec::new();
    for fields in fields.chunk_by(|a, b| of_variant(a) == of_variant(b)) {
        variants.push(variant(&of_variant(&fields[0]), fields, container));
    }
    Node::Choice(Choice { tagging, variants })
}

fn variant(name: &str, fields: &[Field], container: &Attributes) -> Variant {
    let unit = !fields[0].name.contains('.');
    let attributes = Attributes::of(if unit { &fields[0].serde } else { &fields[0].variant_serde });
    let (written, read) = names(&attributes, name, &Names::of(container, "rename_all"), case::variant);
    let member_name = |field: &Field| field.name.split_once('.').map_or("", |(_, name)| name).to_owned();
    let indexed = fields.iter().all(|field| member_name(field).bytes().all(|byte| byte.is_ascii_digit()));
    let content = match (unit, indexed) {
        (true, _) => None,
        _ if attributes.has("with") => {
            let by = attributes.text("with").map(str::to_owned);
            Some(Node::Open { ty: name.to_owned(), by })
        }
        (_, true) => Some(tuple(fields, &Attributes::default())),
        (_, false) => {
            let own = Names::of(&attributes, "rename_all");
            let all = Names::of(container, "rename_all_fields");
            let rules = Names { written: own.written.or(all.written), read: own.read.or(all.read) };
            let each = |field| member(field, &member_name(field), &rules, &Attributes::default());
            let closed = container.has("deny_unknown_fields") || attributes.has("deny_unknown_fields");
            Some(Node::Record(Record { members: fields.iter().map(each).collect(), closed, tag: None }))
        }
    };
    Variant {
        name: name.to_owned(),
        written,
        read,
        other: attributes.has("other"),
        untagged: attributes.has("untagged"),
        content,
    }
}
