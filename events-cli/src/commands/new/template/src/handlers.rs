//! The handlers. No code calls these functions by name.

use std::ops::ControlFlow;

use events::outcome::BoxError;
use events::prelude::*;

use crate::orders::{OrderPlaced, OrderReserved};
use crate::{Log, Stock};

/// Stops an order of zero items, before the other handlers run.
#[handler(priority = 100, when = |order| order.count == 0)]
fn reject_empty(order: &OrderPlaced, log: State<Log>) -> ControlFlow<()> {
    log.add(format!("order {} is for nothing", order.id));
    ControlFlow::Break(())
}

/// Takes the items from the stock, and emits another event.
#[handler(emits(OrderReserved))]
fn reserve(order: &OrderPlaced, stock: State<Stock>, bus: Bus) -> Result<(), BoxError> {
    stock.take(&order.item, order.count)?;
    Ok(bus.emit(&OrderReserved { id: order.id }).into_result()?)
}

/// Notifies the customer.
#[handler]
fn confirm(order: &OrderReserved, log: State<Log>) {
    log.add(format!("order {} is on its way", order.id));
}
