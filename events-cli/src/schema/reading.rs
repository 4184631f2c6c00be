//! Whether a reader with one form of an event can read what a writer with another form wrote: the schema resolution
//! rules of Avro, applied to serde.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::node::{Choice, Integer, Member, Node, Record, Tagging, Variant};

/// Why something cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The field or variant, by the name of the side that has it; empty for the event as a whole.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong between a reader and a writer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// The reader needs a field that the writer does not write.
    NotWritten,
    /// The reader needs a field that the writer may leave out.
    MayBeAbsent,
    /// The writer writes one field by two names of the reader's.
    WrittenTwice,
    /// The writer may write nothing (`null`) where the reader needs a value.
    MayBeNull,
    /// One type cannot be read as the other.
    Type {
        /// The writer's, in words.
        written: String,
        /// The reader's, in words.
        read: String,
    },
    /// The reader allows no fields that it does not know, and does not know this one.
    NotAllowed,
    /// The reader does not know a variant.
    UnknownVariant,
    /// The writer writes a list of one length, and the reader expects another.
    Length {
        /// The writer's.
        written: usize,
        /// The reader's.
        read: usize,
    },
    /// Variants are tagged in another way.
    Tagging,
    /// A variant has a content with the one and none with the other.
    Content,
}

/// What keeps a reader from reading what a writer writes; nothing if all can be read.
pub fn reasons(reader: &Node, writer: &Node) -> BTreeSet<Reason> {
    let mut found = Found { prefix: String::new(), reasons: BTreeSet::new() };
    found.whole(reader, writer);
    found.reasons
}

struct Found {
    /// The current variant, with a dot.
    prefix: String,
    reasons: BTreeSet<Reason>,
}

impl Found {
    fn add(&mut self, field: &str, problem: Problem) {
        let field = format!("{}{field}", self.prefix);
        self.reasons.insert(Reason { field: field.trim_end_matches('.').to_owned(), problem });
    }

    fn whole(&mut self, reader: &Node, writer: &Node) {
        match (reader, writer) {
            (Node::Record(reader), Node::Record(writer)) => self.record(reader, writer),
            (Node::Choice(reader), Node::Choice(writer)) => self.choice(reader, writer),
            (Node::Tuple(reader), Node::Tuple(writer)) => self.tuple(reader, writer),
            _ if fits(reader, writer) => {}
            _ => self.add("", mismatch(reader, writer, &kind(reader), &kind(writer))),
        }
    }

    fn record(&mut self, reader: &Record, writer: &Record) {
        let mut written: HashMap<&str, Vec<&Member>> = HashMap::new();
        for member in writer.members.iter().filter(|member| !member.flatten) {
            if let Some(name) = &member.written {
                written.entry(name).or_default().push(member);
            }
        }
        for member in &reader.members {
            if member.flatten {
                self.flattened(member, writer);
            } else if !member.read.is_empty() {
                self.member(member, &written);
            }
        }
        if !reader.closed {
            return;
        }
        let known: HashSet<&String> = reader.members.iter().flat_map(|member| &member.read).collect();
        for member in &writer.members {
            if member.written.as_ref().is_some_and(|name| !known.contains(name)) {
                self.add(&member.name, Problem::NotAllowed);
            }
        }
    }

    /// Checks a member of the reader against what the writer writes by each name.
    fn member(&mut self, member: &Member, written: &HashMap<&str, Vec<&Member>>) {
        let names: BTreeSet<&str> = member.read.iter().map(String::as_str).collect();
        let mut sources = names.into_iter().filter_map(|name| written.get(name)).flatten();
        match (sources.next(), sources.next()) {
            (None, _) if member.optional => {}
            (None, _) => self.add(&member.name, Problem::NotWritten),
            (Some(_), Some(_)) => self.add(&member.name, Problem::WrittenTwice),
            (Some(source), None) => {
                if source.may_be_absent && !member.optional {
                    self.add(&member.name, Problem::MayBeAbsent);
                }
                self.value(member, source);
            }
        }
    }

    /// Checks a flattened member of the reader. A map reads any fields. Any other type can only be read as the same
    /// type.
    fn flattened(&mut self, member: &Member, writer: &Record) {
        let takes_any = matches!(member.node, Node::Optional(_) | Node::Map(..));
        let same = |source: &Member| source.flatten && fits(&member.node, &source.node);
        if !takes_any && !member.read.is_empty() && !writer.members.iter().any(same) {
            self.add(&member.name, Problem::NotWritten);
        }
    }

    fn value(&mut self, reader: &Member, writer: &Member) {
        if !fits(&reader.node, &writer.node) {
            self.add(&reader.name, mismatch(&reader.node, &writer.node, &shown(reader), &shown(writer)));
        }
    }

    fn tuple(&mut self, reader: &[Member], writer: &[Member]) {
        let written: Vec<&Member> = writer.iter().filter(|member| member.written.is_some()).collect();
        let read: Vec<&Member> = reader.iter().filter(|member| !member.read.is_empty()).collect();
        let missing_is_fine = read.iter().skip(written.len()).all(|member| member.optional);
        if written.len() > read.len() || !missing_is_fine {
            return self.add("", Problem::Length { written: written.len(), read: read.len() });
        }
        for (reader, writer) in read.into_iter().zip(written) {
            self.value(reader, writer);
        }
    }

    fn choice(&mut self, reader: &Choice, writer: &Choice) {
        if reader.tagging != writer.tagging {
            return self.add("", Problem::Tagging);
        }
        if reader.tagging == Tagging::Untagged {
            return self.untagged(reader, writer);
        }
        let mut known: HashMap<&str, &Variant> = HashMap::new();
        for variant in &reader.variants {
            for name in &variant.read {
                known.entry(name).or_insert(variant);
            }
        }
        let takes_others = reader.variants.iter().any(|variant| variant.other);
        for source in &writer.variants {
            let Some(name) = &source.written else { continue };
            match known.get(name.as_str()) {
                Some(variant) => {
                    self.prefix = format!("{}.", variant.name);
                    self.content(variant, source, &reader.tagging);
                    self.prefix.clear();
                }
                None => {
                    let bare = source.content.is_none() || matches!(reader.tagging, Tagging::Internal(_));
                    if !(bare && takes_others) {
                        self.add(&source.name, Problem::UnknownVariant);
                    }
                }
            }
        }
    }

    fn content(&mut self, reader: &Variant, writer: &Variant, tagging: &Tagging) {
        let internal = matches!(tagging, Tagging::Internal(_));
        match (&reader.content, &writer.content) {
            _ if reader.untagged != writer.untagged => self.add("", Problem::Tagging),
            (None, None) => {}
            (None, Some(_)) if internal => {}
            (Some(Node::Record(record)), None) if internal => self.record(record, &Record::default()),
            (Some(reader), Some(writer)) => self.whole(reader, writer),
            _ => self.add("", Problem::Content),
        }
    }

    /// Checks untagged enums: each written variant must fit a variant of the reader.
    fn untagged(&mut self, reader: &Choice, writer: &Choice) {
        let content = |variant: &Variant| variant.content.clone().unwrap_or(Node::Null);
        for source in writer.variants.iter().filter(|source| source.written.is_some()) {
            let written = content(source);
            let mut known = reader.variants.iter().filter(|variant| !variant.read.is_empty());
            if !known.any(|variant| reasons(&content(variant), &written).is_empty()) {
                self.add(&source.name, Problem::UnknownVariant);
            }
        }
    }
}

/// Whether every value of the writer can be read by the reader.
fn fits(reader: &Node, writer: &Node) -> bool {
    match (reader, writer) {
        (Node::Open { ty, by }, Node::Open { ty: other, by: other_by }) => {
            by == other_by && same_type(ty, other)
        }
        (Node::Optional(reader), Node::Optional(writer)) => fits(reader, writer),
        (Node::Optional(_), Node::Null) => true,
        (Node::Optional(reader), writer) => fits(reader, writer),
        (Node::Integer(reader), Node::Integer(writer)) => holds(reader, writer),
        (Node::Float(_), Node::Integer(writer)) => writer.bits <= 64,
        (Node::Float(reader), Node::Float(writer)) => reader >= writer,
        (Node::Text, Node::Char) => true,
        (Node::List(reader), Node::List(writer) | Node::Array(writer, _)) => fits(reader, writer),
        (Node::List(reader), Node::Tuple(writer)) => writer.iter().all(|member| fits(reader, &member.node)),
        (Node::Array(reader, length), Node::Array(writer, other)) => length == other && fits(reader, writer),
        (Node::Array(reader, length), Node::Tuple(writer)) => {
            *length == writer.len().to_string() && writer.iter().all(|member| fits(reader, &member.node))
        }
        (Node::Tuple(reader), Node::Array(writer, length)) => {
            *length == reader.len().to_string() && reader.iter().all(|member| fits(&member.node, writer))
        }
        (Node::Tuple(reader), Node::Tuple(writer)) => {
            let mut each = reader.iter().zip(writer);
            reader.len() == writer.len() && each.all(|(reader, writer)| fits(&reader.node, &writer.node))
        }
        (Node::Map(key, value), Node::Map(other_key, other)) => fits(key, other_key) && fits(value, other),
        (reader, writer) => reader == writer,
    }
}

/// Whether the reader's type has every number of the writer's type.
fn holds(reader: &Integer, writer: &Integer) -> bool {
    let range = match (reader.signed, writer.signed) {
        (true, false) => reader.bits > writer.bits,
        (false, true) => false,
        _ => reader.bits >= writer.bits,
    };
    range && (writer.nonzero || !reader.nonzero)
}

/// Whether both texts may mean the same type: one may be written with a longer path than the other.
fn same_type(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let (one, other) = (plain(one), plain(other));
    let longer = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|path| path.ends_with("::") && !path.contains('<'))
    };
    one == other || longer(&one, &other) || longer(&other, &one)
}

fn mismatch(reader: &Node, writer: &Node, read: &str, written: &str) -> Problem {
    match (reader, writer) {
        (reader, Node::Optional(inner)) if fits(reader, inner) => Problem::MayBeNull,
        _ => Problem::Type { written: written.to_owned(), read: read.to_owned() },
    }
}

/// The type as written, with its `with = ".."` if it has one.
fn shown(member: &Member) -> String {
    match &member.node {
        Node::Open { by: Some(by), .. } => format!("`{}` by `{by}`", member.ty),
        _ => format!("`{}`", member.ty),
    }
}

/// The kind of value as which an event is written.
fn kind(node: &Node) -> String {
    match node {
        Node::Null => "nothing (a unit struct)".to_owned(),
        Node::Record(_) => "fields by name".to_owned(),
        Node::Tuple(members) => format!("a list of {} values", members.len()),
        Node::Choice(_) => "one of several variants".to_owned(),
        Node::Open { ty, by: None } => format!("a `{ty}`"),
        Node::Open { ty, by: Some(by) } => format!("a `{ty}` by `{by}`"),
        Node::Optional(inner) => format!("an optional value: {}", kind(inner)),
        Node::List(inner) => format!("a list, each {}", kind(inner)),
        Node::Array(inner, length) => format!("a list of {length}, each {}", kind(inner)),
        Node::Map(_, value) => format!("a map to {}", kind(value)),
        Node::Bool => "a `bool`".to_owned(),
        Node::Integer(Integer { signed, bits, nonzero }) => {
            let sign = if *signed { 'i' } else { 'u' };
            format!("{} `{sign}{bits}`", if *nonzero { "a nonzero" } else { "a" })
        }
        Node::Float(bits) => format!("a `f{bits}`"),
        Node::Char => "a `char`".to_owned(),
        Node::Text => "a text".to_owned(),
    }
}
