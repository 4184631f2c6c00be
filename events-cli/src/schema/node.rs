/// The form of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Nothing: `()`, a unit struct.
    Null,
    /// `bool`.
    Bool,
    /// A whole number.
    Integer(Integer),
    /// `f32`, `f64`: its bits.
    Float(u8),
    /// `char`.
    Char,
    /// `String` and what is written as one.
    Text,
    /// `Option<..>`.
    Optional(Box<Node>),
    /// As many values of one form as there are.
    List(Box<Node>),
    /// So many values of one form, as written.
    Array(Box<Node>, String),
    /// Values of different forms, by their place.
    Tuple(Vec<Member>),
    /// Values by key.
    Map(Box<Node>, Box<Node>),
    /// Fields by name.
    Record(Record),
    /// One of several forms.
    Choice(Choice),
    /// A type of which nothing is known but how it is written.
    Open {
        /// The type.
        ty: String,
        /// What writes or reads it in place of the type's own implementation: `with = ".."`.
        by: Option<String>,
    },
}

impl Node {
    /// A type of which nothing is known.
    pub(crate) fn open(ty: impl Into<String>) -> Self {
        Self::Open { ty: ty.into(), by: None }
    }

    /// The types in it of which nothing is known.
    pub fn unknown<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Open { ty, .. } => found.push(ty),
            Self::Optional(inner) | Self::List(inner) | Self::Array(inner, _) => inner.unknown(found),
            Self::Map(key, value) => {
                key.unknown(found);
                value.unknown(found);
            }
            Self::Tuple(members) => members.iter().for_each(|member| member.node.unknown(found)),
            Self::Record(record) => record.members.iter().for_each(|member| member.node.unknown(found)),
            Self::Choice(choice) => {
                choice.variants.iter().filter_map(|variant| variant.content.as_ref()).for_each(|node| {
                    node.unknown(found);
                });
            }
            _ => {}
        }
    }
}

/// A whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Whether it may be negative.
    pub signed: bool,
    /// How many bits it has. `usize` and `isize` count as 64.
    pub bits: u8,
    /// Whether zero is none of its values.
    pub nonzero: bool,
}

/// A field, or a place in a tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it is called in source; in a tuple its index.
    pub name: String,
    /// Its type as written.
    pub ty: String,
    /// The name it is written by; `None` if it never is.
    pub written: Option<String>,
    /// The names it is read by, the first of them the usual one; none if it is not read.
    pub read: Vec<String>,
    /// Whether it may be left out when written: `skip_serializing_if`.
    pub may_be_absent: bool,
    /// Whether its absence is no error when read: it is an `Option`, or has a default.
    pub optional: bool,
    /// Whether it is given the default of its type where it is absent, and not one of a function or of the whole type.
    pub plain_default: bool,
    /// Whether its own fields are written in place of it: `flatten`.
    pub flatten: bool,
    /// The documentation.
    pub docs: Option<String>,
    /// Its form.
    pub node: Node,
}

/// Fields by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The fields.
    pub members: Vec<Member>,
    /// Whether a field that is not known is an error: `deny_unknown_fields`.
    pub closed: bool,
    /// A field that holds the type's name when written: `tag` on a struct.
    pub tag: Option<(String, String)>,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How variants are tagged.
    pub tagging: Tagging,
    /// The variants.
    pub variants: Vec<Variant>,
}

/// How variants are tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// `{"Variant": content}`; `"Variant"` where there is none.
    External,
    /// By a field of the content with this name.
    Internal(String),
    /// By a field of this name beside the content, in a field of that name.
    Adjacent(String, String),
    /// Not at all: the first that fits.
    Untagged,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// What it is called in source.
    pub name: String,
    /// The name it is written by; `None` if it never is.
    pub written: Option<String>,
    /// The names it is read by, the first of them the usual one; none if it is not read.
    pub read: Vec<String>,
    /// Whether it is read for every variant that is not known: `other`.
    pub other: bool,
    /// Whether it is recognised by its content alone: `untagged`.
    pub untagged: bool,
    /// What it holds; `None` for a unit variant.
    pub content: Option<Node>,
}
