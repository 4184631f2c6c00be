use core::fmt;

use crate::text::{IntoText, Text, as_str};

/// Why a handler keeps the later ones from running: what it breaks with.
///
/// To stop the rest is no failure: see [`Outcome::stopped_by`](super::Outcome::stopped_by).
///
/// ```
/// use std::ops::ControlFlow;
/// use events::prelude::*;
///
/// #[event]
/// struct OrderPlaced { units: u32 }
///
/// #[handler(priority = 10)]
/// fn check_stock(order: &OrderPlaced) -> ControlFlow<StopReason> {
///     if order.units > 3 {
///         return ControlFlow::Break(StopReason::new("out of stock"));
///     }
///     ControlFlow::Continue(())
/// }
///
/// #[handler]
/// fn ship(_: &OrderPlaced) {}
///
/// let outcome = events::dispatch(&OrderPlaced { units: 4 });
/// let stopped = outcome.stopped_by().unwrap();
/// assert_eq!(stopped.reason(), Some("out of stock"));
/// assert!(stopped.name().ends_with("::check_stock"));
/// assert_eq!(outcome.unreached(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopReason {
    reason: Text,
}

/// The earlier name of [`StopReason`].
#[doc(hidden)]
pub type Rejected = StopReason;

impl StopReason {
    /// For this reason: a text of the program, or with the feature `alloc` one made at run time.
    pub fn new(reason: impl IntoText) -> Self {
        Self { reason: reason.into_text() }
    }

    pub(crate) fn into_text(self) -> Text {
        self.reason
    }

    /// The reason.
    pub fn reason(&self) -> &str {
        as_str(&self.reason)
    }
}

/// Writes the reason.
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}
