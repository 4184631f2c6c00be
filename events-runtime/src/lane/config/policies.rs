use std::time::Duration;

/// What happens to an event that is sent to a full lane. [`LaneConfig::overflow`](super::LaneConfig::overflow) sets it.
///
/// ```
/// use events::LaneConfig;
/// use events::lane::{Overflow, Reason};
/// use events::prelude::*;
///
/// #[event]
/// struct Position(u32);
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).capacity(1).workers(0).overflow(Overflow::DropOldest);
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send(Position(1)).unwrap();
/// bus.send(Position(2)).unwrap(); // the lane is full: the first makes room
/// let letter = &bus.dead_letters().list()[0];
/// assert_eq!(letter.reason, Reason::DroppedOldest);
/// assert_eq!(bus.dead_letters().with_event(letter.id, |dropped: &Position| dropped.0), Some(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Overflow {
    /// The sender waits for room, without a limit.
    #[cfg_attr(feature = "serde", serde(alias = "wait"))]
    Block,
    /// The sender waits for room up to this long. After that the error returns the event.
    #[cfg_attr(feature = "serde", serde(alias = "wait_for"))]
    BlockFor(#[cfg_attr(feature = "serde", serde(with = "super::text::duration"))] Duration),
    /// The error returns the event at once.
    Reject,
    /// The event that is sent is dropped and becomes a dead letter. The send succeeds.
    DropNewest,
    /// The event of the same urgency that has waited longest is dropped and becomes a dead letter. The send succeeds.
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

/// How a worker that has nothing to do waits for the next event. [`LaneConfig::wait`](super::LaneConfig::wait) sets it.
///
/// ```
/// use events::LaneConfig;
/// use events::lane::Wait;
/// use events::prelude::*;
/// use std::time::Duration;
///
/// #[event]
/// struct Quote;
/// #[handler]
/// fn on_quote(_: &Quote) {}
///
/// let lane = LaneConfig::new(LaneConfig::DEFAULT).wait(Wait::Yield);
/// let bus = Bus::builder().lane(lane).build().unwrap();
/// bus.send(Quote).unwrap();
/// assert!(bus.drain(Duration::from_secs(5)));
/// assert_eq!(bus.account().handled, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Wait {
    /// It looks for events for a few microseconds, then sleeps. The sender that wakes it pays for a system call. The default.
    Park,
    /// It never sleeps: it looks for events all the time, and yields its processor in between.
    Yield,
    /// It looks for events without a pause. For a lane that has a processor of its own.
    Spin,
}

/// Whether later events of a key wait while an earlier one waits for a retry.
/// [`LaneConfig::key_order`](super::LaneConfig::key_order) sets it.
///
/// ```
/// use events::LaneConfig;
/// use events::lane::KeyOrder;
/// use events::prelude::*;
///
/// #[event(key = account)]
/// struct Booked { account: u32, fails: bool }
/// #[handler(retry(max = 1, backoff = "1h"))]
/// fn book(event: &Booked) -> Result<(), &'static str> { if event.fails { Err("busy") } else { Ok(()) } }
///
/// for (order, handled) in [(KeyOrder::Strict, 0), (KeyOrder::Relaxed, 1)] {
///     let lane = LaneConfig::new(LaneConfig::DEFAULT).workers(0).key_order(order);
///     let bus = Bus::builder().lane(lane).build().unwrap();
///     bus.send_batch([true, false].map(|fails| Booked { account: 7, fails })).unwrap();
///     bus.run_pending();
///     assert_eq!(bus.account().handled, handled);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum KeyOrder {
    /// Later events of the key wait. Their order holds whatever fails. The default.
    Strict,
    /// Later events of the key do not wait, so the one that is retried may be handled after them.
    Relaxed,
}
