//! No queue: the handler runs where the event is sent, while the workers do nothing but keep their processors busy.
//! Latencies here are caused by the machine and the generator only.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct Direct {
    probe: Arc<Probe>,
    is_over: Arc<AtomicBool>,
    workers: Vec<JoinHandle<()>>,
}

impl<P: Payload> Target<P> for Direct {
    const NAME: &'static str = "no queue";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        settings.of_channel(<Self as Target<P>>::NAME)?;
        let is_over = Arc::<AtomicBool>::default();
        let worker = |_| {
            let is_over = is_over.clone();
            std::thread::spawn(move || {
                while !is_over.load(Relaxed) {
                    spin_loop();
                }
            })
        };
        let workers = (0..settings.workers).map(worker).collect();
        Ok(Self { probe, is_over, workers })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        for event in events {
            tally.offer();
            self.probe.handle(&event);
        }
    }

    fn finish(self) {
        self.is_over.store(true, Relaxed);
        self.workers.into_iter().for_each(super::target::join);
    }
}
