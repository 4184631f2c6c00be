use std::time::Duration;

/// What happens to an event that finds its lane full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Overflow {
    /// The sender waits for room.
    #[cfg_attr(feature = "serde", serde(alias = "wait"))]
    Block,
    /// The sender waits for room up to this long; then the event is returned in the error.
    #[cfg_attr(feature = "serde", serde(alias = "wait_for"))]
    BlockFor(#[cfg_attr(feature = "serde", serde(with = "super::text::duration"))] Duration),
    /// The event is returned in the error at once.
    Reject,
    /// The event is dropped, and becomes a dead letter.
    DropNewest,
    /// The event that has waited longest is dropped to make room, and becomes a dead letter.
    DropOldest,
}

/// The earlier names of what blocks.
#[doc(hidden)]
#[allow(non_upper_case_globals, non_snake_case)]
impl Overflow {
    pub const Wait: Self = Self::Block;

    pub const fn WaitFor(time: Duration) -> Self {
        Self::BlockFor(time)
    }
}

/// How a worker without work waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Wait {
    /// Looks for work for a few microseconds, then sleeps until it is woken. A sender that wakes it pays for a system call.
    Park,
    /// Looks for work again and again, and yields the processor in between. Never sleeps.
    Yield,
    /// Looks for work without pause. For a lane with a processor of its own.
    Spin,
}

/// Whether the order of a key holds while one of its events waits for a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum KeyOrder {
    /// Later events of the key wait too.
    Strict,
    /// Later events of the key do not wait.
    Relaxed,
}
