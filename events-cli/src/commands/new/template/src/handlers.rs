//! What is done about it. Nothing calls these functions by name.

use std::ops::ControlFlow;

use events::outcome::BoxError;
use events::prelude::*;

use crate::orders::{OrderPlaced, OrderReserved};
use crate::{Log, Stock};

/// Runs before the others, and only for orders of nothing: the others never see those.
#[handler(priority = 100, when = |order| order.count == 0)]
fn reject_empty(order: &OrderPlaced, log: State<Log>) -> ControlFlow<()> {
    log.add(format!("order {} is for nothing", order.id));
    ControlFlow::Break(())
}

/// Takes it from the shelf, and says so by another event.
#[handler(emits(OrderReserved))]
fn reserve(order: &OrderPlaced, stock: State<Stock>, bus: Bus) -> Result<(), BoxError> {
    stock.take(&order.item, order.count)?;
    Ok(bus.emit(&OrderReserved { id: order.id }).into_result()?)
}

/// Tells the customer.
#[handler]
fn confirm(order: &OrderReserved, log: State<Log>) {
    log.add(format!("order {} is on its way", order.id));
}
