use core::fmt;

#[cfg(feature = "alloc")]
type Text = alloc::borrow::Cow<'static, str>;
#[cfg(not(feature = "alloc"))]
type Text = &'static str;

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
#[cfg_attr(not(feature = "alloc"), derive(Copy))]
pub struct StopReason {
    reason: Text,
}

/// The earlier name of [`StopReason`].
#[doc(hidden)]
pub type Rejected = StopReason;

impl StopReason {
    /// For this reason: a text of the program, or one made at run time.
    #[cfg(feature = "alloc")]
    pub fn new(reason: impl Into<alloc::borrow::Cow<'static, str>>) -> Self {
        Self { reason: reason.into() }
    }

    /// For this reason.
    #[cfg(not(feature = "alloc"))]
    pub const fn new(reason: &'static str) -> Self {
        Self { reason }
    }

    /// The reason.
    #[cfg_attr(not(feature = "alloc"), allow(clippy::needless_borrow))]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Writes the reason.
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}
