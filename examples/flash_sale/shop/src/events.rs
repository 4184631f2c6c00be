//! What happens in the shop.

use events::prelude::*;

/// A buyer wants some units of an item.
///
/// `key = item`: the orders of one item are handled one after the other, in the order in which they came, while those of
/// other items go on beside them.
#[event(name = "order.placed", lane = "orders", key = item)]
#[derive(Clone, Debug)]
pub(crate) struct OrderPlaced {
    pub(crate) order: u32,
    pub(crate) item: usize,
    pub(crate) units: u32,
}

/// Units of a declined order are free again. It has the key of the orders, and so the shelf to itself; and it is urgent,
/// so that who still waits in the queue can have them.
#[event(name = "units.returned", lane = "orders", key = item, urgency = "high")]
#[derive(Clone, Debug)]
pub(crate) struct UnitsReturned {
    pub(crate) order: u32,
    pub(crate) item: usize,
    pub(crate) units: u32,
}

/// Units are off the shelf for an order that is to be paid.
#[event(name = "units.reserved", lane = "payments")]
#[derive(Clone, Debug)]
pub(crate) struct UnitsReserved {
    pub(crate) order: u32,
    pub(crate) item: usize,
    pub(crate) units: u32,
}

/// An order is paid.
#[event(name = "order.paid", lane = "books")]
#[derive(Clone, Debug)]
pub(crate) struct OrderPaid {
    pub(crate) order: u32,
    pub(crate) item: usize,
    pub(crate) units: u32,
    pub(crate) cents: u64,
}

/// Someone looks at an item.
#[event(name = "item.viewed", lane = "board", urgency = "low")]
#[derive(Clone, Debug)]
pub(crate) struct ItemViewed {
    pub(crate) item: usize,
}

/// A shelf has become empty.
#[event(name = "item.sold_out", lane = "board", urgency = "high")]
#[derive(Clone, Debug)]
pub(crate) struct ItemSoldOut {
    pub(crate) item: usize,
}
