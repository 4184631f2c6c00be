//! `Bus::emit`: the link-time table, bound to state.

use events::Bus;
use events::event::SyncEvent;

use super::contender::{AMOUNT, Contender, Emit, Way, handled};
use super::names;
use crate::body::Counters;
use crate::load::probe::Probe;
use crate::workload::{Amount, Plain, Stateful};

impl<E: SyncEvent> Emit<E> for Bus {
    #[inline(always)]
    fn emit(&self, event: &E) -> u32 {
        handled(Bus::emit(self, event))
    }
}

/// A bus with the state that the handlers of all workloads ask for.
pub fn bus() -> Bus {
    // A bus binds all handlers that are linked, those of the load tool too.
    match Bus::builder().state(Counters::new()).state(Probe::counting()).build() {
        Ok(bus) => bus,
        Err(error) => crate::body::broken(&error),
    }
}

/// Handlers that are not fused and ask for nothing.
pub fn contender<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::BUS, Way::Static, bus(), W::Event::new(AMOUNT))
}

/// Handlers that are not fused and ask for state.
pub fn with_state<W: Stateful>() -> Contender {
    Contender::emitting::<W, _, _>(names::BUS_STATE, Way::Static, bus(), W::Event::new(AMOUNT))
}

/// Handlers of one group that ask for nothing.
pub fn fused<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::FUSED_BUS, Way::Static, bus(), W::Fused::new(AMOUNT))
}

/// Handlers of one group that ask for state.
pub fn fused_with_state<W: Stateful>() -> Contender {
    Contender::emitting::<W, _, _>(names::FUSED_BUS_STATE, Way::Static, bus(), W::Fused::new(AMOUNT))
}
