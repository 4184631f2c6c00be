//! `crossbeam_queue::ArrayQueue` and threads that take from it. It cannot block: a thread that finds it full or empty
//! first spins and then yields its processor.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::thread::JoinHandle;

use crossbeam_utils::Backoff;

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// See the module.
pub struct ArrayQueue<P> {
    shared: Arc<Shared<P>>,
    workers: Vec<JoinHandle<()>>,
    waits: bool,
}

struct Shared<P> {
    queue: crossbeam_queue::ArrayQueue<P>,
    closed: AtomicBool,
}

impl<P: Payload> Shared<P> {
    fn work(&self, probe: &Probe) {
        let backoff = Backoff::new();
        loop {
            // Read before the queue, so that events that were sent before the close are found.
            let closed = self.closed.load(Acquire);
            match self.queue.pop() {
                Some(event) => {
                    probe.handle(&event);
                    backoff.reset();
                }
                None if closed => return,
                None => backoff.snooze(),
            }
        }
    }
}

impl<P: Payload> Target<P> for ArrayQueue<P> {
    const NAME: &'static str = "crossbeam ArrayQueue";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        let waits = settings.of_channel(<Self as Target<P>>::NAME)?;
        let queue = crossbeam_queue::ArrayQueue::new(settings.capacity);
        let shared = Arc::new(Shared { queue, closed: AtomicBool::new(false) });
        let worker = || {
            let (shared, probe) = (shared.clone(), probe.clone());
            std::thread::spawn(move || shared.work(&probe))
        };
        let workers = (0..settings.workers).map(|_| worker()).collect();
        Ok(Self { shared, workers, waits })
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        let backoff = Backoff::new();
        for mut event in events {
            tally.offer();
            while let Err(back) = self.shared.queue.push(event) {
                if !self.waits {
                    tally.reject();
                    break;
                }
                event = back;
                backoff.snooze();
            }
            backoff.reset();
        }
    }

    fn depth(&self) -> Option<usize> {
        Some(self.shared.queue.len())
    }

    fn finish(self) {
        self.shared.closed.store(true, Release);
        self.workers.into_iter().for_each(super::target::join);
    }
}
