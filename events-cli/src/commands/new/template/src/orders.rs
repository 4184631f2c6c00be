//! The events.

use events::prelude::*;

/// A customer ordered something.
#[event(name = "order.placed", key = id)]
#[derive(Clone, Debug, PartialEq)]
pub struct OrderPlaced {
    /// The id of the order.
    pub id: u64,
    /// The item that is ordered.
    pub item: String,
    /// How many of the item are ordered.
    pub count: u32,
}

/// The ordered items are reserved for the customer.
#[event(name = "order.reserved", key = id)]
#[derive(Clone, Debug, PartialEq)]
pub struct OrderReserved {
    /// The id of the order.
    pub id: u64,
}
