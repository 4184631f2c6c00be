//! `jaeb`: `EventBus::publish` with an asynchronous listener, on a runtime with as many threads as there are workers.
//!
//! It has no queue of its own: each event becomes a task of the runtime, so nothing bounds how many wait.

use std::sync::Arc;

use jaeb::{EventBus, EventHandler, HandlerResult};
use tokio::runtime::{Builder, Runtime};

use super::settings::{Overflow, Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::body::broken;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct Jaeb {
    runtime: Runtime,
    bus: EventBus,
}

struct Listener(Arc<Probe>);

impl<P: Payload> EventHandler<P> for Listener {
    async fn handle(&self, event: &P, _: &EventBus) -> HandlerResult {
        self.0.handle(event);
        Ok(())
    }
}

impl<P: Payload> Target<P> for Jaeb {
    const NAME: &'static str = "jaeb, asynchronous publish";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        if settings.overflow != Overflow::Block {
            let why = "jaeb has no queue that could be full: choose `--overflow block`";
            return Err(Unsupported(why.to_owned()));
        }
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(settings.workers).build().unwrap_or_else(|error| broken(&error));
        let bus = runtime.block_on(EventBus::builder().build()).unwrap_or_else(|error| broken(&error));
        match runtime.block_on(bus.subscribe::<P, _, _>(Listener(probe))) {
            // The subscription lasts as long as its bus. The handle is only needed to end it earlier.
            Ok(handle) => drop(handle),
            Err(error) => broken(&error),
        }
        Ok(Self { runtime, bus })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        self.runtime.block_on(async {
            for event in events {
                tally.offer();
                if self.bus.publish(event).await.is_err() {
                    tally.reject();
                }
            }
        });
    }

    fn finish(self) {
        if let Err(error) = self.runtime.block_on(self.bus.shutdown()) {
            broken(&error);
        }
    }
}
