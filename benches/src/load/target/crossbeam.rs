//! `crossbeam_channel::bounded` and threads that receive.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct Crossbeam<P> {
    sender: Sender<P>,
    workers: Vec<JoinHandle<()>>,
    waits: bool,
}

impl<P: Payload> Target<P> for Crossbeam<P> {
    const NAME: &'static str = "crossbeam-channel";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        let waits = settings.of_channel(<Self as Target<P>>::NAME)?;
        let (sender, receiver) = bounded::<P>(settings.capacity);
        let worker = || {
            let (receiver, probe) = (receiver.clone(), probe.clone());
            std::thread::spawn(move || {
                for event in receiver {
                    probe.handle(&event);
                }
            })
        };
        let workers = (0..settings.workers).map(|_| worker()).collect();
        Ok(Self { sender, workers, waits })
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

    fn depth(&self) -> Option<usize> {
        Some(self.sender.len())
    }

    fn finish(self) {
        drop(self.sender);
        self.workers.into_iter().for_each(super::target::join);
    }
}
