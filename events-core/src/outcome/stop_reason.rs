use core::fmt;

use crate::text::{IntoText, Text, as_str};

/// The reason for which a handler stops the later ones: the value of its `ControlFlow::Break`.
///
/// Stopping the later handlers is no failure. [`Outcome::stopped_by`](super::Outcome::stopped_by) returns the handler and its
/// reason.
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
    /// Creates a reason from a `&'static str`; with the feature `alloc` also from a `String` or a `Cow<'static, str>`.
    ///
    /// ```
    /// use events::prelude::*;
    ///
    /// let (asked, left) = (4, 3);
    /// let reason = StopReason::new(format!("{asked} asked for, {left} left"));
    /// assert_eq!(reason.reason(), "4 asked for, 3 left");
    /// assert_eq!(StopReason::new("sold out").to_string(), "sold out");
    /// ```
    pub fn new(reason: impl IntoText) -> Self {
        Self { reason: reason.into_text() }
    }

    pub(crate) fn into_text(self) -> Text {
        self.reason
    }

    /// Returns the reason.
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
