use serde::{Deserialize, Serialize};

use super::location::{Location, crate_of};
use super::reference::EventRef;

/// A function or method marked `#[handler]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Handler {
    /// The full path: crate, modules, type, name.
    pub path: String,
    /// The package that defines it.
    pub package: String,
    /// The version of that package.
    pub package_version: String,
    /// The event it handles, as written.
    pub event: String,
    /// The priority. Higher runs first.
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
    /// Whether it may run concurrently with others of its priority.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub concurrent: bool,
    /// What it returns, as written. Absent for `()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// Its arguments after the event, `&self` included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<Argument>,
    /// The events that it declares with `emits(..)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emits: Vec<Emits>,
    /// The `#[handlers]` module or type it is fused into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The retry policy, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
    /// The timeout, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// The circuit breaker, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<String>,
    /// The batch policy, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// The documentation, without the comment markers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Where its name is written.
    pub location: Location,
}

impl Handler {
    /// The crate that defines it.
    pub fn crate_name(&self) -> &str {
        crate_of(&self.path)
    }

    /// The state that it takes.
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
    /// The state that it takes, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// A type of state that a handler takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct State {
    /// The type's name as written.
    pub name: String,
    /// Which type it is: two of equal number are the same, two of equal name and different number are not (two crates, or
    /// two versions of one crate, have a type of that name). Counted from 0 within one listing.
    pub id: u32,
}

/// An event that a handler declares with `emits(..)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Emits {
    /// The event as written.
    pub written: String,
    /// The event; absent if it is not in the program that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventRef>,
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}
