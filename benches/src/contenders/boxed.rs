//! Boxed closures in a vector, as written by hand for handlers with state.

use std::sync::Arc;

use super::contender::{AMOUNT, Contender, Emit, Way};
use super::names;
use crate::body::{BoxError, Counters, body};
use crate::workload::{Amount, Plain, Visitor, checked, counters};

type Handler<E> = Box<dyn Fn(&E) -> Result<(), BoxError> + Send + Sync>;

/// The closures, and the state that they share.
pub struct Boxed<E> {
    handlers: Vec<Handler<E>>,
    counters: Arc<Counters>,
}

impl<E: Amount> Visitor for Boxed<E> {
    fn visit<const INDEX: usize, const WORK: u8>(&mut self) {
        let counters = self.counters.clone();
        self.handlers.push(Box::new(move |event| body::<INDEX, WORK>(event.amount(), &counters)));
    }
}

impl<E: Amount> Emit<E> for Boxed<E> {
    #[inline(always)]
    fn emit(&self, event: &E) -> u32 {
        let mut ran = 0;
        for handler in &self.handlers {
            ran += checked(handler(event));
        }
        ran
    }
}

/// The handlers of a workload, boxed.
pub fn registered<W: Plain>() -> Boxed<W::Event> {
    let mut target = Boxed { handlers: Vec::new(), counters: counters() };
    W::each(&mut target);
    target
}

/// A loop over closures that share state, each result checked.
pub fn contender<W: Plain>() -> Contender {
    Contender::emitting::<W, _, _>(names::BOXED, Way::Floor, registered::<W>(), W::Event::new(AMOUNT))
}
