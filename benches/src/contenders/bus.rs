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

/// A bus with the state that the handlers of all workloads take.
pub fn bus() -> Bus {
    // A bus binds all linked handlers, including those of the load tool.
    match Bus::builder().state(Counters::new()).state(Probe::counting()).build() {
        Ok(bus) => bus,
        Err(error) => crate::body::broken(&error),
    }
}

/// Handlers without state that are not fused.
pub fn contender<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::BUS, Way::Static, bus(), W::Event::new(AMOUNT))
}

/// Handlers with state that are not fused.
pub fn with_state<W: Stateful>() -> Contender {
    Contender::emitting::<W, _, _>(names::BUS_STATE, Way::Static, bus(), W::Event::new(AMOUNT))
}

/// Handlers of one group without state.
pub fn fused<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::FUSED_BUS, Way::Static, bus(), W::Fused::new(AMOUNT))
}

/// Handlers of one group with state.
pub fn fused_with_state<W: Stateful>() -> Contender {
    Contender::emitting::<W, _, _>(names::FUSED_BUS_STATE, Way::Static, bus(), W::Fused::new(AMOUNT))
}
