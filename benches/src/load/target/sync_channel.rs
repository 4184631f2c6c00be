//! `std::sync::mpsc::sync_channel` and a thread that receives.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct SyncChannel<P> {
    sender: SyncSender<P>,
    worker: JoinHandle<()>,
    waits: bool,
}

impl<P: Payload> Target<P> for SyncChannel<P> {
    const NAME: &'static str = "std sync_channel";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        let name = <Self as Target<P>>::NAME;
        let waits = settings.of_channel(name)?;
        settings.one_worker(name)?;
        let (sender, receiver) = sync_channel::<P>(settings.capacity);
        let worker = std::thread::spawn(move || {
            for event in receiver {
                probe.handle(&event);
            }
        });
        Ok(Self { sender, worker, waits })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        for event in events {
            tally.offer();
            let refused = if self.waits {
                self.sender.send(event).is_err()
            } else {
                self.sender.try_send(event).is_err()
            };
            if refused {
                tally.reject();
            }
        }
    }

    fn finish(self) {
        drop(self.sender);
        super::target::join(self.worker);
    }
}
