use std::sync::Arc;

use events::event::SyncEvent;

use crate::body::{BoxError, Counters, Work, failed};

/// A handler as a function pointer.
pub type Pointer<E> = fn(&E) -> Result<(), BoxError>;

/// An event that carries an amount.
pub trait Amount: SyncEvent {
    /// The event.
    fn new(amount: u64) -> Self;

    /// What it carries.
    fn amount(&self) -> u64;
}

/// A number of handlers and their work.
pub trait Size: Send + Sync + 'static {
    /// How many handlers.
    const HANDLERS: usize;
    /// What each does.
    const WORK: Work;

    /// Shows `visitor` each handler, in order: contenders that register at run time get the same bodies, each as a
    /// function of its own.
    fn each(visitor: &mut impl Visitor);
}

/// Handlers that ask for nothing, the floors under them, and the same handlers fused.
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

/// Handlers that ask for state.
pub trait Stateful: Size {
    /// Its handlers are not fused.
    type Event: Amount;
    /// Its handlers are fused.
    type Fused: Amount;
}

/// Takes handlers whose number is known at compile time.
pub trait Visitor {
    /// Takes handler `INDEX`.
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
