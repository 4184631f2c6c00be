//! What happens.

use events::prelude::*;

/// A customer ordered something.
#[event(name = "order.placed", key = id)]
#[derive(Clone, Debug, PartialEq)]
pub struct OrderPlaced {
    /// Which order.
    pub id: u64,
    /// What is ordered.
    pub item: String,
    /// How many of it.
    pub count: u32,
}

/// What was ordered is put aside for the customer.
#[event(name = "order.reserved", key = id)]
#[derive(Clone, Debug, PartialEq)]
pub struct OrderReserved {
    /// Which order.
    pub id: u64,
}
