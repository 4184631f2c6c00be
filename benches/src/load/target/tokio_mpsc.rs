//! `tokio::sync::mpsc`: one task receives, on a runtime of one thread; producers are threads of their own.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::Builder;
use tokio::sync::mpsc::{Sender, channel};

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::body::broken;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct TokioMpsc<P> {
    sender: Sender<P>,
    worker: JoinHandle<()>,
    waits: bool,
}

impl<P: Payload> Target<P> for TokioMpsc<P> {
    const NAME: &'static str = "tokio mpsc";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        let name = <Self as Target<P>>::NAME;
        let waits = settings.of_channel(name)?;
        settings.one_worker(name)?;
        let (sender, mut receiver) = channel::<P>(settings.capacity);
        let runtime = Builder::new_current_thread().build().unwrap_or_else(|error| broken(&error));
        let worker = std::thread::spawn(move || {
            runtime.block_on(async {
                while let Some(event) = receiver.recv().await {
                    probe.handle(&event);
                }
            });
        });
        Ok(Self { sender, worker, waits })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        // One `block_on` for all events, because each `blocking_send` would enter a runtime.
        let runtime = Builder::new_current_thread().build().unwrap_or_else(|error| broken(&error));
        runtime.block_on(async {
            for event in events {
                tally.offer();
                let refused = if self.waits {
                    self.sender.send(event).await.is_err()
                } else {
                    self.sender.try_send(event).is_err()
                };
                if refused {
                    tally.reject();
                }
            }
        });
    }

    fn depth(&self) -> Option<usize> {
        Some(self.sender.max_capacity() - self.sender.capacity())
    }

    fn finish(self) {
        drop(self.sender);
        super::target::join(self.worker);
    }
}
