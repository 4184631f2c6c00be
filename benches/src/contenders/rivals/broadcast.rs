//! `tokio::sync::broadcast`: one receiver for each handler, all polled on the thread that sends. With a task for each
//! handler, wake-ups would be added to its cost.

use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast::{Receiver, Sender, channel};

use crate::body::{BoxError, Counters, body, failed};
use crate::contenders::contender::{AMOUNT, Contender, Way};
use crate::contenders::names;
use crate::workload::{Plain, Visitor, checked, counters};

type Handler = Box<dyn Fn(u64) -> Result<(), BoxError> + Send + Sync>;

struct Receivers {
    sender: Sender<u64>,
    handlers: Vec<(Receiver<u64>, Handler)>,
    counters: Arc<Counters>,
}

impl Visitor for Receivers {
    fn visit<const INDEX: usize, const WORK: u8>(&mut self) {
        let counters = self.counters.clone();
        let handler: Handler = Box::new(move |amount| body::<INDEX, WORK>(amount, &counters));
        self.handlers.push((self.sender.subscribe(), handler));
    }
}

/// `Sender::send`, then `Receiver::try_recv` for each handler.
pub(super) fn contender<W: Plain>() -> Contender {
    let mut target = Receivers { sender: channel(16).0, handlers: Vec::new(), counters: counters() };
    W::each(&mut target);
    let target = Mutex::new(target);
    Contender::new::<W>(names::BROADCAST, Way::Rival, move |emits| {
        let target = &mut *target.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..emits {
            if target.sender.send(black_box(AMOUNT)).is_err() {
                failed();
            }
            for (receiver, handler) in &mut target.handlers {
                match receiver.try_recv() {
                    Ok(amount) => _ = checked(handler(amount)),
                    Err(_) => failed(),
                }
            }
        }
    })
}
