//! `jaeb`: an asynchronous bus; its synchronous handlers run while the publisher waits.

use std::hint::black_box;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use jaeb::{EventBus, HandlerResult, SyncEventHandler};
use tokio::runtime::{Builder, Runtime};

use super::{AMOUNT, Contender, Way, names};
use crate::body::{Counters, body, broken, failed};
use crate::workload::{Plain, Visitor, counters};

/// An event type a workload: listeners are found by it.
struct Published<W>(u64, PhantomData<fn(W)>);

struct Listener<const INDEX: usize, const BUSY: bool>(Arc<Counters>);

impl<W: 'static, const INDEX: usize, const BUSY: bool> SyncEventHandler<Published<W>>
    for Listener<INDEX, BUSY>
{
    fn handle(&self, event: &Published<W>, _: &EventBus) -> HandlerResult {
        body::<INDEX, BUSY>(event.0, &self.0).map_err(Into::into)
    }
}

struct Subscribed<'a, W> {
    runtime: &'a Runtime,
    bus: &'a EventBus,
    counters: Arc<Counters>,
    workload: PhantomData<fn(W)>,
}

impl<W: 'static> Visitor for Subscribed<'_, W> {
    fn visit<const INDEX: usize, const BUSY: bool>(&mut self) {
        let listener = Listener::<INDEX, BUSY>(self.counters.clone());
        match self.runtime.block_on(self.bus.subscribe::<Published<W>, _, _>(listener)) {
            // The subscription lives as long as its bus; the handle only ends it early.
            Ok(handle) => drop(handle),
            Err(error) => broken(&error),
        }
    }
}

/// `EventBus::publish`, awaited in a task of a runtime of one thread.
pub(super) fn contender<W: Plain>() -> Contender {
    let runtime = Builder::new_current_thread().build().unwrap_or_else(|error| broken(&error));
    let bus = runtime.block_on(EventBus::builder().build()).unwrap_or_else(|error| broken(&error));
    let mut target =
        Subscribed::<W> { runtime: &runtime, bus: &bus, counters: counters(), workload: PhantomData };
    W::each(&mut target);
    let runtime = Mutex::new(runtime);
    Contender::new::<W>(names::JAEB, Way::Rival, move |emits| {
        let runtime = runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.block_on(async {
            for _ in 0..emits {
                let event = Published::<W>(black_box(AMOUNT), PhantomData);
                if bus.publish(event).await.is_err() {
                    failed();
                }
            }
        });
    })
}
