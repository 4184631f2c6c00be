//! `jaeb`: an asynchronous bus; its synchronous handlers run while the publisher waits.

use std::hint::black_box;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use jaeb::{EventBus, EventHandler, HandlerResult, SyncEventHandler};
use tokio::runtime::{Builder, Runtime};

use crate::body::{Counters, body, broken, failed};
use crate::contenders::contender::{AMOUNT, Contender, Way};
use crate::contenders::names;
use crate::workload::{Size, Visitor, counters};

/// An event type for each workload, because listeners are found by type.
struct Published<W>(u64, PhantomData<fn(W)>);

struct Listener<const INDEX: usize, const WORK: u8>(Arc<Counters>);

impl<W: 'static, const INDEX: usize, const WORK: u8> SyncEventHandler<Published<W>>
    for Listener<INDEX, WORK>
{
    fn handle(&self, event: &Published<W>, _: &EventBus) -> HandlerResult {
        body::<INDEX, WORK>(event.0, &self.0)
    }
}

struct AsyncListener<const INDEX: usize, const WORK: u8>(Arc<Counters>);

impl<W: 'static, const INDEX: usize, const WORK: u8> EventHandler<Published<W>>
    for AsyncListener<INDEX, WORK>
{
    async fn handle(&self, event: &Published<W>, _: &EventBus) -> HandlerResult {
        body::<INDEX, WORK>(event.0, &self.0)
    }
}

struct Subscribed<'a, W> {
    runtime: &'a Runtime,
    bus: &'a EventBus,
    counters: Arc<Counters>,
    asynchronous: bool,
    workload: PhantomData<fn(W)>,
}

impl<W: 'static> Visitor for Subscribed<'_, W> {
    fn visit<const INDEX: usize, const WORK: u8>(&mut self) {
        let counters = self.counters.clone();
        let subscribed = if self.asynchronous {
            let listener = AsyncListener::<INDEX, WORK>(counters);
            self.runtime.block_on(self.bus.subscribe::<Published<W>, _, _>(listener))
        } else {
            let listener = Listener::<INDEX, WORK>(counters);
            self.runtime.block_on(self.bus.subscribe::<Published<W>, _, _>(listener))
        };
        match subscribed {
            // The subscription lasts as long as its bus. The handle is only needed to end it earlier.
            Ok(handle) => drop(handle),
            Err(error) => broken(&error),
        }
    }
}

/// `EventBus::publish`, awaited in a task of a runtime of one thread.
pub(super) fn contender<W: Size>() -> Contender {
    publishing::<W>(names::JAEB, false)
}

/// The same with asynchronous handlers. Each becomes a task, and the publisher waits for these before it publishes
/// again.
pub fn asynchronous<W: Size>() -> Contender {
    publishing::<W>(names::JAEB, true)
}

fn publishing<W: Size>(name: &'static str, asynchronous: bool) -> Contender {
    let runtime = Builder::new_current_thread().build().unwrap_or_else(|error| broken(&error));
    let bus = runtime.block_on(EventBus::builder().build()).unwrap_or_else(|error| broken(&error));
    let mut target = Subscribed::<W> {
        runtime: &runtime,
        bus: &bus,
        counters: counters(),
        asynchronous,
        workload: PhantomData,
    };
    W::each(&mut target);
    let runtime = Mutex::new(runtime);
    Contender::new::<W>(name, Way::Rival, move |emits| {
        let runtime = runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.block_on(async {
            for _ in 0..emits {
                let event = Published::<W>(black_box(AMOUNT), PhantomData);
                if bus.publish(event).await.is_err() {
                    failed();
                }
                if asynchronous {
                    tokio::task::yield_now().await;
                }
            }
        });
    })
}
