//! The sales ledger, written in batches: one entry costs about as much as a thousand.

use std::sync::{Mutex, MutexGuard, PoisonError};

use events::prelude::*;

use crate::ITEMS;
use crate::events::OrderPaid;

/// What was sold.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Pages>);

#[derive(Clone, Default)]
pub(crate) struct Pages {
    pub(crate) units: [u64; ITEMS.len()],
    pub(crate) orders: usize,
    pub(crate) cents: u64,
    pub(crate) batches: usize,
    pub(crate) largest_batch: usize,
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pages(&self) -> Pages {
        self.lock().clone()
    }
}

#[handler(batch(size = "64..1024", linger = "2ms..10ms"))]
fn book(orders: &[OrderPaid], ledger: State<'_, Ledger>) {
    let mut pages = ledger.lock();
    for paid in orders {
        pages.units[paid.item] += u64::from(paid.units);
        pages.cents += paid.cents;
    }
    pages.orders += orders.len();
    pages.batches += 1;
    pages.largest_batch = pages.largest_batch.max(orders.len());
}
