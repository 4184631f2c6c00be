use core::fmt;

/// What stopped a run, so that the later handlers of the event did not run.
///
/// ```
/// use events::outcome::Stop;
///
/// // Whether it helps to emit again, with more time.
/// fn may_repeat(stop: Option<Stop>) -> bool {
///     matches!(stop, Some(Stop::Deadline))
/// }
///
/// assert!(may_repeat(Some(Stop::Deadline)) && !may_repeat(Some(Stop::Cancelled)) && !may_repeat(None));
/// assert_eq!(Stop::Deadline.to_string(), "the deadline passed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// A handler returned [`ControlFlow::Break`](core::ops::ControlFlow::Break).
    /// [`Outcome::stopped_by`](super::Outcome::stopped_by) returns which handler.
    Break,
    /// The deadline of the context passed.
    Deadline,
    /// The context was cancelled.
    Cancelled,
}

impl Stop {
    pub(crate) fn to_bits(stop: Option<Self>) -> u64 {
        match stop {
            None => 0,
            Some(Self::Break) => 1,
            Some(Self::Deadline) => 2,
            Some(Self::Cancelled) => 3,
        }
    }

    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        match bits {
            1 => Some(Self::Break),
            2 => Some(Self::Deadline),
            3 => Some(Self::Cancelled),
            _ => None,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Break => "a handler stopped the rest",
            Self::Deadline => "the deadline passed",
            Self::Cancelled => "the context was cancelled",
        })
    }
}
