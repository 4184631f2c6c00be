//! An event of every visibility, with handlers of every kind beside it.

use events::prelude::*;

/// An order was paid.
#[event(name = "order.paid", version = 2, key = order_id)]
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPaid {
    /// Which order.
    pub order_id: u64,
    /// How much.
    pub cents: u64,
}

/// An order was sent.
#[event(async, unhandled = "allow")]
#[derive(Debug)]
pub enum OrderSent {
    /// By post.
    ByPost {
        /// The tracking number.
        number: String,
    },
    /// By courier.
    ByCourier(u32),
    /// The customer came by.
    Fetched,
}

#[event]
#[derive(Debug)]
pub(crate) struct ShelfEmptied(pub(crate) u32);

#[event]
#[derive(Debug)]
struct LampSwitched;

#[handler(priority = 1, when = |event| event.cents > 0)]
fn ledger(event: &OrderPaid) -> Result<(), String> {
    if event.order_id == 0 { Err("no order".to_owned()) } else { Ok(()) }
}

#[handler]
async fn receipt(_: &OrderSent, cx: &Context) {
    std::future::ready(()).await;
    assert_eq!(cx.attempt(), 1);
}

#[handler]
pub(crate) fn refill(event: &ShelfEmptied) -> std::ops::ControlFlow<()> {
    if event.0 == 0 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
}

#[handler]
fn note(_: &LampSwitched) {}

/// What was earned.
#[derive(Debug, Default)]
pub struct Revenue(std::sync::atomic::AtomicU64);

#[handlers]
impl Revenue {
    #[handler]
    fn add(&self, event: &OrderPaid) {
        let _: u64 = self.0.fetch_add(event.cents, std::sync::atomic::Ordering::Relaxed);
    }

    /// A method that is no handler.
    pub fn cents(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[handlers]
mod watch {
    use super::{Context, LampSwitched, OrderSent, ShelfEmptied, event, handler};

    /// A shelf was looked at.
    #[event]
    #[derive(Debug)]
    pub(super) struct ShelfSeen;

    #[handler]
    fn shelf(_: &ShelfEmptied) {}

    #[handler]
    fn shelf_again(_: &ShelfEmptied, _: &Context) {}

    #[handler]
    fn lamp(_: &LampSwitched) {}

    #[handler]
    fn seen(_: &ShelfSeen) {}

    #[handler]
    async fn sent(_: &OrderSent) {}
}

/// How many handlers each event of this crate alone has.
pub fn handlers_of_private_events() -> [u32; 3] {
    [crate::handled(&ShelfEmptied(3)), crate::handled(&LampSwitched), crate::handled(&watch::ShelfSeen)]
}
