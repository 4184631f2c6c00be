//! The shelves: how many units there are of each item.

use std::sync::atomic::{AtomicU32, Ordering};

use events::outcome::BoxError;
use events::prelude::*;

use crate::events::{ItemSoldOut, OrderPlaced, UnitsReserved, UnitsReturned};
use crate::orders::{Fate, Orders};
use crate::{ITEMS, Sale};

/// One counter an item.
pub(crate) struct Shelves([AtomicU32; ITEMS.len()]);

impl Shelves {
    pub(crate) fn new(sale: &Sale) -> Self {
        Self(std::array::from_fn(|_| AtomicU32::new(sale.stock)))
    }

    pub(crate) fn left(&self, item: usize) -> u32 {
        self.0[item].load(Ordering::Relaxed)
    }

    /// Takes units off a shelf. Returns how many are left, or nothing if there were too few.
    ///
    /// It looks and then writes, which is right only where nobody else touches this shelf in between. The key sees to that.
    fn take(&self, item: usize, units: u32) -> Option<u32> {
        let left = self.left(item).checked_sub(units)?;
        self.0[item].store(left, Ordering::Relaxed);
        Some(left)
    }

    fn put(&self, item: usize, units: u32) {
        self.0[item].store(self.left(item) + units, Ordering::Relaxed);
    }
}

#[handler(emits(UnitsReserved, ItemSoldOut))]
fn reserve(
    placed: &OrderPlaced,
    shelves: State<'_, Shelves>,
    orders: State<'_, Orders>,
    bus: Bus,
) -> Result<(), BoxError> {
    let &OrderPlaced { order, item, units } = placed;
    let Some(left) = shelves.take(item, units) else {
        orders.settle(order, Fate::SoldOut);
        return Ok(());
    };
    if let Err(error) = bus.send(UnitsReserved { order, item, units }) {
        shelves.put(item, units);
        return Err(error.into());
    }
    if left == 0 {
        bus.send(ItemSoldOut { item })?;
    }
    Ok(())
}

#[handler]
fn put_back(returned: &UnitsReturned, shelves: State<'_, Shelves>, orders: State<'_, Orders>) {
    shelves.put(returned.item, returned.units);
    orders.settle(returned.order, Fate::Declined);
}
