use std::sync::Arc;

use events::event::SyncEvent;

use crate::body::{BoxError, Counters, Work, failed};

/// A handler as a function pointer.
pub type Pointer<E> = fn(&E) -> Result<(), BoxError>;

/// An event that carries an amount.
pub trait Amount: SyncEvent {
    /// Makes an event with this amount.
    fn new(amount: u64) -> Self;

    /// The amount of the event.
    fn amount(&self) -> u64;
}

/// A number of handlers and their work.
pub trait Size: Send + Sync + 'static {
    /// The number of handlers.
    const HANDLERS: usize;
    /// What each handler does.
    const WORK: Work;

    /// Calls `visitor` with each handler, in order. So contenders that register at run time have the same bodies, each
    /// as a separate function.
    fn each(visitor: &mut impl Visitor);
}

/// Handlers without state, their floors, and the same handlers fused.
pub trait Plain: Size {
    /// Its handlers are not fused.
    type Event: Amount;
    /// Its handlers are fused.
    type Fused: Amount;

    /// The handlers as function pointers.
    const POINTERS: &'static [Pointer<Self::Event>];

    /// Calls each handler, one after the other, and checks each result. Returns how many ran.
    fn direct(event: &Self::Event) -> u32;
}

/// Handlers with state.
pub trait Stateful: Size {
    /// Its handlers are not fused.
    type Event: Amount;
    /// Its handlers are fused.
    type Fused: Amount;
}

/// Receives handlers whose index is known at compile time.
pub trait Visitor {
    /// Receives handler `INDEX`.
    fn visit<const INDEX: usize, const WORK: u8>(&mut self);
}

/// Checks a handler's result, as every contender must, and continues.
#[inline(always)]
pub fn checked(result: Result<(), BoxError>) -> u32 {
    if let Err(error) = result {
        failed();
        drop(error);
    }
    1
}

/// State for a bus.
pub fn counters() -> Arc<Counters> {
    Arc::new(Counters::new())
}
