//! A crate that knows `events` by another name, and says so with `crate = ..`.

#![deny(warnings, missing_docs, unused, rust_2018_idioms)]
#![forbid(unsafe_code)]

use ev::prelude::*;

/// An order was paid.
#[event(crate = ev, key = order_id, lane = "orders", urgency = "high")]
#[derive(Debug)]
pub struct OrderPaid {
    /// Which order.
    pub order_id: u64,
}

#[event(async, crate = ::ev)]
struct OrderSent;

#[handler(crate = ev, when = |event| event.order_id > 0)]
fn ledger(_: &OrderPaid) -> Result<(), String> {
    Ok(())
}

#[handler(crate = ::ev)]
async fn receipt(_: &OrderSent, _: &Context) {}

#[handler(crate = ev, all)]
fn audit(_: &ev::AnyEvent<'_>, _: &Context) {}

#[handlers(crate = ev)]
mod group {
    use super::*;

    #[handler(all)]
    fn audit(_: &ev::AnyEvent<'_>) {}

    #[handler]
    fn debit(_: &OrderPaid) {}

    #[handler(batch, retry(max = 2), timeout = "1s", breaker(failures = 2))]
    fn total(_: &[OrderPaid]) {}

    #[handler]
    fn credit(_: &OrderPaid, _: &Context) {}
}

/// What a path through this crate reaches.
pub mod reexported {
    pub use ev;
}

mod through_own_path {
    use super::reexported;
    use super::*;

    #[event(crate = reexported::ev)]
    pub(crate) struct BellRung;

    #[handler(crate = reexported::ev)]
    fn answer(_: &BellRung) {}
}

/// How many handlers of each event of this crate ran.
pub fn ran() -> [u32; 3] {
    let _sent = ev::dispatch_async(&OrderSent);
    let paid = ev::dispatch(&OrderPaid { order_id: 7 });
    let rung = ev::dispatch(&through_own_path::BellRung);
    let sent = OrderSent::META.is_async;
    [paid.ran(), rung.ran(), u32::from(sent)]
}
