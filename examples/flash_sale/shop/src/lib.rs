//! A shop in the minutes of a flash sale: many orders at once for few units, and stock that must end exactly right.
//!
//! Threads place orders as fast as they can. Each order is an event on a lane, and each step leads to the next by sending
//! a further event:
//!
//! ```text
//! OrderPlaced ── orders, key = item ──> shelves::reserve ── sends UnitsReserved, or ItemSoldOut to the board
//! UnitsReserved ── payments ──────────> payments::charge ── sends OrderPaid, or UnitsReturned
//! UnitsReturned ── orders, high ──────> shelves::put_back, ahead of the orders that wait
//! OrderPaid ── books ─────────────────> ledger::book (a batch), points::award (fails), mail::receipt (slow), orders::paid
//! ItemViewed ── board, low ───────────> board::viewed; the lane drops the oldest views when it is full
//! DeadLetter ── emitted ──────────────> pager::page
//! ```
//!
//! No handler calls another, and none takes a lock around a shelf: events of one item are handled one after the other,
//! since `item` is their key. The service for bonus points is down during the sale. Its dead letters are sent again when
//! it is back.
//!
//! [`run`] holds a sale and gives back its [`Closing`], which knows whether every figure is exact.

#![forbid(unsafe_code)]

mod closing;
mod crowd;
mod error;
mod events;
mod exactness;
mod recovery;
mod report;
mod settings;
mod table;

// Handlers, and the state they share.
mod board;
mod ledger;
mod mail;
mod orders;
mod pager;
mod payments;
mod points;
mod shelves;

use std::time::{Duration, Instant};

use ::events::lane::Overflow;
use ::events::prelude::*;
use ::events::{BuildError, LaneConfig};

pub use closing::{Closing, ItemResult};
pub use crowd::Progress;
pub use error::Error;
pub use orders::Fate;
pub use report::write as write_report;
pub use settings::{ITEMS, Item, Sale};

/// How long the shop waits at closing time for what is still under way.
const CLOSING_TIME: Duration = Duration::from_secs(30);

/// Opens a shop, holds the sale, and closes the shop. `watch` is called now and then meanwhile.
///
/// # Errors
/// When the shop cannot be opened, or an order cannot be placed. A sale that ends with a wrong figure is no error: the
/// closing tells.
pub fn run(sale: &Sale, watch: &mut dyn FnMut(&Progress)) -> Result<Closing, Error> {
    hold(sale, open(sale)?, watch)
}

/// A bus with the shop's lanes and all state that its handlers ask for. Give it a sale that [is in bounds](Sale::check).
///
/// # Errors
/// If an event names a lane that is not here, or a handler asks for state that is not: each is named.
pub fn open(sale: &Sale) -> Result<Bus, BuildError> {
    Bus::builder()
        // Nobody's order is turned away: who comes too fast waits.
        .lane(
            LaneConfig::new("orders").capacity(sale.capacity).workers(sale.workers).overflow(Overflow::Block),
        )
        .lane(LaneConfig::new("payments").workers(2))
        .lane(LaneConfig::new("books"))
        // A view that is old is worth nothing: the newest stay.
        .lane(LaneConfig::new("board").capacity(64).overflow(Overflow::DropOldest))
        // One store for all lanes, in which the oldest go first: room for every view that is dropped, so that none of
        // them pushes out an order.
        .dead_letter_capacity(sale.orders as usize * 2)
        .state(shelves::Shelves::new(sale))
        .state(payments::Gateway::new(sale))
        .state(orders::Orders::new(sale))
        .state(ledger::Ledger::default())
        .state(points::Service::new())
        .state(mail::Server::new(sale))
        .state(board::Board::default())
        .state(pager::Pager::default())
        .build()
}

/// Holds the sale in a shop that is [open], and closes it.
///
/// # Errors
/// If an order cannot be placed.
pub fn hold(sale: &Sale, shop: Bus, watch: &mut dyn FnMut(&Progress)) -> Result<Closing, Error> {
    let start = Instant::now();
    crowd::rush(sale, &shop, watch)?;
    crowd::wait(sale, &shop, watch);
    let took = start.elapsed();
    let given_up = recovery::by_handler(&shop);
    let recovered = recovery::recover(&shop);
    let shutdown = shop.shutdown(CLOSING_TIME);
    Ok(Closing::of(sale, &shop, took, given_up, recovered, shutdown))
}
