use core::fmt;
use core::panic::Location;

use super::Retry;

/// What is known of a closure that was subscribed at run time.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ClosureMeta {
    /// Tells it from the other closures of its bus and event.
    pub id: ClosureId,
    /// The name it was subscribed with, if it was given one.
    pub name: Option<&'static str>,
    /// Where it was subscribed.
    pub subscribed_at: &'static Location<'static>,
    /// Higher runs first; 0 unless it was subscribed with another.
    pub priority: i32,
    /// Whether and when a lane runs it again after it failed.
    pub retry: Option<Retry>,
}

/// Tells a closure from the others that were subscribed to the same event on the same bus. It is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClosureId(u64);

impl ClosureId {
    /// Of a closure that is in no list.
    pub(crate) const NONE: Self = Self(0);

    /// The id with this number; whoever keeps closures counts them.
    #[doc(hidden)]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }
}

impl ClosureMeta {
    /// A closure subscribed there, with the defaults of a subscription.
    #[doc(hidden)]
    pub const fn new(subscribed_at: &'static Location<'static>) -> Self {
        Self { id: ClosureId::NONE, name: None, subscribed_at, priority: 0, retry: None }
    }

    /// Its name, or `subscription`.
    pub fn label(&self) -> &'static str {
        self.name.unwrap_or("subscription")
    }
}

/// Writes the name, or `subscription`, and, in brackets, the file and line of the call that subscribed it.
impl fmt::Display for ClosureMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.label(), self.subscribed_at.file(), self.subscribed_at.line())
    }
}
