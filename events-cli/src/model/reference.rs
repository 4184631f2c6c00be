use serde::{Deserialize, Serialize};

use super::location::Location;

/// What names an event among all of a program: two versions of one crate may each have one of the same path, and so may
/// two function bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRef {
    /// The full path.
    pub path: String,
    /// The version of the package that defines it.
    pub package_version: String,
    /// Where its name is written.
    pub location: Location,
}

/// What names an event, borrowed: equal for an event and all references to it.
pub(crate) type EventKey<'a> = (&'a str, &'a str, &'a Location);

impl EventRef {
    pub(crate) fn key(&self) -> EventKey<'_> {
        (&self.path, &self.package_version, &self.location)
    }
}
