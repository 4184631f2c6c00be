//! The crowd: threads that place orders as fast as the shop takes them.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use events::Bus;

use crate::events::{ItemViewed, OrderPlaced};
use crate::orders::Orders;
use crate::{Error, ITEMS, Sale};

/// How often the sale is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// So many orders go with one look at an item.
const ORDERS_A_VIEW: u32 = 20;

/// How far a sale has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// How many orders were placed.
    pub placed: u32,
    /// How many of them are paid, sold out or declined.
    pub settled: u32,
    /// How many there will be.
    pub orders: u32,
}

impl Sale {
    /// What an order asks for: the same whoever asks, so that the closing can tell what ought to have happened.
    pub(crate) fn order(&self, order: u32) -> OrderPlaced {
        let mut random = self.random("order", order);
        // The less of two draws: the first items are wanted most.
        let item = random.usize(..ITEMS.len()).min(random.usize(..ITEMS.len()));
        OrderPlaced { order, item, units: random.u32(1..=self.most_units) }
    }

    /// Whether something that befalls so many of 1,000 befalls this order.
    pub(crate) fn befalls(&self, what: &str, order: u32, of_thousand: u32) -> bool {
        self.random(what, order).u32(..1_000) < of_thousand
    }

    fn random(&self, what: &str, order: u32) -> fastrand::Rng {
        let salt = what.bytes().fold(self.seed, |salt, byte| salt.rotate_left(8) ^ u64::from(byte));
        fastrand::Rng::with_seed(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(order))
    }
}

/// Places all orders, from all threads at once.
pub(crate) fn rush(sale: &Sale, shop: &Bus, watch: &mut dyn FnMut(&Progress)) -> Result<(), Error> {
    let placed = AtomicU32::new(0);
    let doors_open = Barrier::new(sale.producers);
    thread::scope(|scope| {
        let (done, news) = mpsc::channel();
        for producer in 0..sale.producers {
            let (done, placed, doors_open) = (done.clone(), &placed, &doors_open);
            scope.spawn(move || {
                doors_open.wait();
                // Nobody listens any more only if another producer failed.
                drop(done.send(place(sale, shop, producer, placed)));
            });
        }
        drop(done);
        loop {
            match news.recv_timeout(LOOK) {
                Ok(result) => result?,
                Err(RecvTimeoutError::Timeout) => {
                    watch(&progress(sale, shop, placed.load(Ordering::Relaxed)))
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    })
}

/// Waits until every order is settled and nothing is under way.
pub(crate) fn wait(sale: &Sale, shop: &Bus, watch: &mut dyn FnMut(&Progress)) {
    while !shop.drain(LOOK) {
        watch(&progress(sale, shop, sale.orders));
    }
}

/// Places the orders of one producer. A full lane makes it wait: that is the lane's policy.
fn place(sale: &Sale, shop: &Bus, producer: usize, placed: &AtomicU32) -> Result<(), Error> {
    for number in (producer as u32..sale.orders).step_by(sale.producers) {
        let order = sale.order(number);
        if number % ORDERS_A_VIEW == 0 {
            shop.send(ItemViewed { item: order.item }).map_err(|error| Error::Send(error.kind))?;
        }
        shop.send(order).map_err(|error| Error::Send(error.kind))?;
        placed.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn progress(sale: &Sale, shop: &Bus, placed: u32) -> Progress {
    let settled = shop.state::<Orders>().map_or(0, Orders::settled);
    Progress { placed, settled, orders: sale.orders }
}
