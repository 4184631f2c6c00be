//! The buses that register at run time. Each has the handlers without state, subscribed as separate closures that
//! capture nothing, which is the best case for such a bus.

use std::marker::PhantomData;

use events::event::SyncEvent;
use events::{DynamicBus, EventBus, SnapshotBus, TopicBus};

use super::cells::{Cells, Global, Local};
use super::contender::{AMOUNT, Contender, Emit, Way, handled};
use super::names;
use crate::workload::{Amount, Plain, Size, Visitor};

/// A bus, and the guards of its subscriptions.
pub struct Subscribed<B: EventBus> {
    bus: B,
    _guards: Vec<B::Guard>,
}

impl<B: EventBus, E: SyncEvent> Emit<E> for Subscribed<B> {
    #[inline(always)]
    fn emit(&self, event: &E) -> u32 {
        handled(self.bus.emit(event))
    }
}

struct Subscriber<'a, B: EventBus, E, C> {
    bus: &'a B,
    cells: C,
    guards: Vec<B::Guard>,
    event: PhantomData<fn(E)>,
}

impl<B: EventBus, E: Amount, C: Cells> Visitor for Subscriber<'_, B, E, C> {
    fn visit<const INDEX: usize, const WORK: u8>(&mut self) {
        let cells = self.cells.clone();
        let guard = self.bus.subscribe(move |event: &E| cells.count::<INDEX, WORK>(event.amount()));
        self.guards.push(guard);
    }
}

/// Subscribes the handlers of a workload to a new bus.
fn subscribed<W: Size, E: Amount, B: EventBus + Default>(cells: impl Cells) -> Subscribed<B> {
    let bus = B::default();
    let mut subscriber = Subscriber { bus: &bus, cells, guards: Vec::new(), event: PhantomData::<fn(E)> };
    W::each(&mut subscriber);
    let guards = subscriber.guards;
    Subscribed { bus, _guards: guards }
}

/// The same, for the bench of registration.
pub fn registered<W: Plain, B: EventBus + Default>() -> Subscribed<B> {
    subscribed::<W, W::Event, B>(Global)
}

fn three<W: Plain>(cells: impl Cells) -> Vec<Contender> {
    let event = || W::Event::new(AMOUNT);
    let locked = subscribed::<W, W::Event, DynamicBus>(cells.clone());
    let snapshot = subscribed::<W, W::Event, SnapshotBus>(cells.clone());
    let topic = subscribed::<W, W::Event, TopicBus>(cells);
    vec![
        Contender::emitting::<W, _, _>(names::DYNAMIC, Way::Dynamic, locked, event()),
        Contender::emitting::<W, _, _>(names::SNAPSHOT, Way::Dynamic, snapshot, event()),
        Contender::emitting::<W, _, _>(names::TOPIC, Way::Dynamic, topic, event()),
    ]
}

/// The three buses, with handlers that count in the cells of linked handlers.
pub fn contenders<W: Plain>() -> Vec<Contender> {
    three::<W>(Global)
}

/// The three buses, with handlers that count in cells of their thread.
pub fn shared<W: Plain>() -> Vec<Contender> {
    three::<W>(Local)
}
