//! `dispatch`: the link-time table, without a bus.

use events::event::SyncEvent;

use super::contender::{AMOUNT, Contender, Emit, Way, handled};
use super::names;
use crate::workload::{Amount, Plain};

struct Dispatch;

impl<E: SyncEvent> Emit<E> for Dispatch {
    #[inline(always)]
    fn emit(&self, event: &E) -> u32 {
        handled(events::dispatch(event))
    }
}

/// Handlers that are not fused.
pub fn contender<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::DISPATCH, Way::Static, Dispatch, W::Event::new(AMOUNT))
}

/// Handlers of one group.
pub fn fused<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::FUSED_DISPATCH, Way::Static, Dispatch, W::Fused::new(AMOUNT))
}
