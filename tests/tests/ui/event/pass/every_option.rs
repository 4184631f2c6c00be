//! All options at once, in any order, with a comma at the end.

#![deny(warnings, missing_docs, unreachable_pub)]
#![forbid(unsafe_code)]

use events::Urgency;
use events::prelude::*;

/// A program holds events as a library does.
#[event(async, crate = events, unhandled = "allow", key = order_id, version = 4294967295, name = "order.paid", lane = "payments", urgency = "high")]
#[derive(Debug, Clone)]
pub struct OrderPaid {
    /// Which order.
    pub order_id: u64,
}

/// Without options, with empty brackets.
#[event()]
pub struct OrderSent(pub String);

/// A variant for each end.
#[event(key = order_id)]
pub enum OrderEnded {
    /// Good.
    Kept {
        /// Which order.
        order_id: u64,
    },
    /// Bad.
    Returned {
        /// Why.
        reason: String,
        /// Which order.
        order_id: u64,
    },
}

/// Nothing out of the ordinary, in so many words.
#[event(urgency = "normal")]
pub struct OrderSeen;

/// Nobody has a value of it.
#[event(key = order_id)]
pub enum Never {}

fn main() {
    assert_eq!((OrderPaid::META.lane, OrderPaid::META.urgency), (Some("payments"), Urgency::High));
    assert_eq!((OrderSeen::META.lane, OrderSeen::META.urgency), (None, Urgency::Normal));
    let meta = OrderPaid::META;
    assert_eq!((meta.name, meta.version, meta.key), ("order.paid", u32::MAX, Some("order_id")));
    assert!(meta.is_async && meta.allows_unhandled);
    assert_eq!((OrderEnded::META.key, Never::META.key), (Some("order_id"), Some("order_id")));
    assert_eq!(events::dispatch(&OrderSent(String::new())).ran(), 0);
}
