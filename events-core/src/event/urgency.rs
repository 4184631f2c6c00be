/// How urgent an event is on its lane: more urgent ones are handled first, and the least urgent are never starved. There are
/// these three steps, and there will be no others.
///
/// Said with `#[event(urgency = "high")]`; an emit, which runs the handlers at once, takes no notice of it.
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
    /// Before all others: `"high"`.
    High,
    /// What an event is that says nothing: `"normal"`.
    #[default]
    Normal,
    /// When there is nothing better to do, and at times all the same: `"low"`.
    Low,
}
