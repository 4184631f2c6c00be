/// The urgency of an event on its lane. More urgent events are handled first, but less urgent ones are never starved.
///
/// `#[event(urgency = "high")]` sets it. It has no effect on an emit, which runs the handlers at once. There will be no other
/// variants than these three.
///
/// ```
/// use events::Urgency;
/// use events::prelude::*;
///
/// #[event(urgency = "high")]
/// struct SensorFailed;
///
/// #[event]
/// struct SensorRead;
///
/// assert_eq!(SensorFailed::META.urgency, Urgency::High);
/// assert_eq!(SensorRead::META.urgency, Urgency::Normal);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Urgency {
    /// Handled before the others: `"high"`.
    High,
    /// The default: `"normal"`.
    #[default]
    Normal,
    /// Handled when no other event waits, and now and then in between: `"low"`.
    Low,
}
