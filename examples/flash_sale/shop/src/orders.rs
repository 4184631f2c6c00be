//! What became of each order.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use events::prelude::*;

use crate::Sale;
use crate::events::OrderPaid;

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fate {
    /// Nothing yet.
    Open,
    /// It was paid.
    Paid,
    /// There were too few units when its turn came.
    SoldOut,
    /// Its card was declined, and its units went back.
    Declined,
}

/// The fate of each order, by its number.
pub(crate) struct Orders {
    fates: Box<[AtomicU8]>,
    settled: AtomicU32,
    settled_twice: AtomicU32,
}

impl Orders {
    pub(crate) fn new(sale: &Sale) -> Self {
        let fates = (0..sale.orders).map(|_| AtomicU8::new(Fate::Open as u8)).collect();
        Self { fates, settled: AtomicU32::new(0), settled_twice: AtomicU32::new(0) }
    }

    /// Notes the fate of an order. One that has a fate already is counted as a mistake.
    pub(crate) fn settle(&self, order: u32, fate: Fate) {
        let before = self.fates[order as usize].swap(fate as u8, Ordering::Relaxed);
        let counter = if before == Fate::Open as u8 { &self.settled } else { &self.settled_twice };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn settled(&self) -> u32 {
        self.settled.load(Ordering::Relaxed)
    }

    pub(crate) fn settled_twice(&self) -> u32 {
        self.settled_twice.load(Ordering::Relaxed)
    }

    /// All fates, by the number of the order.
    pub(crate) fn fates(&self) -> impl Iterator<Item = Fate> {
        const FATES: [Fate; 4] = [Fate::Open, Fate::Paid, Fate::SoldOut, Fate::Declined];
        self.fates.iter().map(|fate| FATES[fate.load(Ordering::Relaxed) as usize])
    }
}

#[handler]
fn paid(event: &OrderPaid, orders: State<'_, Orders>) {
    orders.settle(event.order, Fate::Paid);
}
