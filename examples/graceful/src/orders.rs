//! The events of the service, and what is done with them.

use std::time::Duration;

use events::prelude::*;

/// A customer has placed an order.
#[event(name = "order.placed", lane = "orders", async)]
pub(crate) struct OrderPlaced {
    /// What was ordered.
    pub(crate) item: String,
}

/// Where orders are shipped from.
pub(crate) struct Warehouse {
    each: Duration,
}

impl Warehouse {
    /// A warehouse that takes this long to ship an order.
    pub(crate) fn new(each: Duration) -> Self {
        Self { each }
    }
}

/// Ships an order.
#[handler]
async fn ship(order: &OrderPlaced, warehouse: State<'_, Warehouse>) {
    tokio::time::sleep(warehouse.each).await;
    println!("shipped {}", order.item);
}

/// Books orders, a hundred at once. Fewer than that wait up to an hour, or until the bus ends.
#[handler(batch(size = "100", linger = "1h"))]
fn book(orders: &[OrderPlaced]) {
    println!("booked {} orders at once", orders.len());
}
