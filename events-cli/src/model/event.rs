use serde::{Deserialize, Serialize};

use super::handler::Handler;
use super::location::{Location, crate_of};
use super::reference::{EventKey, EventRef};

/// A type marked `#[event]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The name it carries outside the process: `name = ".."`, or else the full path.
    pub name: String,
    /// The full path of the type: crate, modules, name.
    pub path: String,
    /// The package that defines it.
    pub package: String,
    /// The version of that package.
    pub package_version: String,
    /// The version of its fields.
    pub version: u32,
    /// The field by which events belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The lane it is sent on, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// How urgent it is, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
    /// Whether it admits `async fn` handlers.
    #[serde(rename = "async", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_async: bool,
    /// Whether the event may have no handler.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unhandled_allowed: bool,
    /// The shape of its declaration.
    #[serde(default)]
    pub shape: Shape,
    /// The documentation, without the comment markers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The text in the brackets of each `#[serde(..)]` on the type, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serde: Vec<String>,
    /// Its fields in the order written. Those of an enum are named `Variant.field`; a unit variant is `Variant`.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Where its name is written.
    pub location: Location,
    /// Its handlers in dispatch order.
    pub handlers: Vec<Handler>,
}

impl Event {
    /// The crate that defines it.
    pub fn crate_name(&self) -> &str {
        crate_of(&self.path)
    }

    pub(crate) fn key(&self) -> EventKey<'_> {
        (&self.path, &self.package_version, &self.location)
    }

    /// The reference that identifies it among all events of a program.
    pub fn reference(&self) -> EventRef {
        EventRef {
            path: self.path.clone(),
            package_version: self.package_version.clone(),
            location: self.location.clone(),
        }
    }
}

impl EventRef {
    /// Whether it refers to this event.
    pub fn names(&self, event: &Event) -> bool {
        self.key() == event.key()
    }
}

/// A field of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// Its name; for tuple structs its index; in an enum `Variant.field`, or `Variant` for a unit variant.
    pub name: String,
    /// Its type as written. Absent for a unit variant.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    /// The documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The text in the brackets of each `#[serde(..)]` on it, as written. Those of a unit variant are the variant's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serde: Vec<String>,
    /// The text in the brackets of each `#[serde(..)]` on the variant it is in, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variant_serde: Vec<String>,
}

/// How an event is declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shape {
    /// A struct with named fields.
    #[default]
    Struct,
    /// A struct whose fields have no names.
    Tuple,
    /// A struct without fields.
    Unit,
    /// An enum.
    Enum,
}
