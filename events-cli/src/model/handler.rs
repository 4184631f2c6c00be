use serde::{Deserialize, Serialize};

use super::location::{Location, crate_of};
use super::reference::EventRef;

/// A function or method marked `#[handler]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handler {
    /// The full path: crate, modules, type, name.
    pub path: String,
    /// The package that holds it.
    pub package: String,
    /// The version of that package.
    pub package_version: String,
    /// The event it handles, as written.
    pub event: String,
    /// Higher runs first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// The condition of `when = ..`, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Whether it is an `async fn`.
    #[serde(rename = "async", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_async: bool,
    /// Whether it returns `ControlFlow<()>`, and may keep later handlers from running.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_stop: bool,
    /// Whether it may run side by side with others of its priority.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub concurrent: bool,
    /// What it returns, as written. Absent for `()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// Its arguments after the event, `&self` included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<Argument>,
    /// The events that it says it emits: `emits(..)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emits: Vec<Emits>,
    /// The `#[handlers]` module or type it is fused into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// When it is tried again, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
    /// How long it may take, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// When it is left alone for a while, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<String>,
    /// How many events it takes at once, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// The documentation, without what comments have before each line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Where its name is written.
    pub location: Location,
}

impl Handler {
    /// The crate that holds it.
    pub fn crate_name(&self) -> &str {
        crate_of(&self.path)
    }

    /// The state it asks for.
    pub fn state(&self) -> impl Iterator<Item = &State> {
        self.arguments.iter().filter_map(|argument| argument.state.as_ref())
    }
}

/// An argument of a handler, after the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Argument {
    /// Its type as written.
    #[serde(rename = "type")]
    pub ty: String,
    /// The state that it asks for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// A type of state that a handler asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct State {
    /// The type's name as written.
    pub name: String,
    /// Which type it is: two of equal number are the same, two of equal name and different number are not (two crates, or
    /// two versions of one crate, have a type of that name). Counted from 0 within one listing.
    pub id: u32,
}

/// An event that a handler says it emits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Emits {
    /// The event as written.
    pub written: String,
    /// Which it is; absent if it is not in what was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventRef>,
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}
