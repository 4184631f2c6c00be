//! Payments, through a gateway that now and then fails and is tried again.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use events::outcome::BoxError;
use events::prelude::*;

use crate::events::{OrderPaid, UnitsReserved, UnitsReturned};
use crate::{ITEMS, Sale};

/// Another company's service. Asked twice for one order, it charges once.
pub(crate) struct Gateway {
    sale: Sale,
    accounts: Mutex<Accounts>,
    on_a_further_try: AtomicU32,
}

#[derive(Default)]
struct Accounts {
    charged: HashMap<u32, u64>,
    hiccuped: HashSet<u32>,
}

enum Answer {
    Paid,
    Declined,
}

#[derive(Debug)]
struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gateway does not answer")
    }
}

impl std::error::Error for NoAnswer {}

impl Gateway {
    pub(crate) fn new(sale: &Sale) -> Self {
        Self { sale: sale.clone(), accounts: Mutex::default(), on_a_further_try: AtomicU32::new(0) }
    }

    fn charge(&self, order: u32, cents: u64) -> Result<Answer, NoAnswer> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sale.befalls("hiccup", order, self.sale.hiccups) && accounts.hiccuped.insert(order) {
            return Err(NoAnswer);
        }
        if self.sale.befalls("declined", order, self.sale.declined) {
            return Ok(Answer::Declined);
        }
        accounts.charged.insert(order, cents);
        Ok(Answer::Paid)
    }

    /// How many orders were charged, and how much for all.
    pub(crate) fn charged(&self) -> (usize, u64) {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        (accounts.charged.len(), accounts.charged.values().sum())
    }

    /// How many payments were answered on a further try.
    pub(crate) fn on_a_further_try(&self) -> u32 {
        self.on_a_further_try.load(Ordering::Relaxed)
    }
}

/// Charges the buyer. Only this handler is tried again when it fails, and a second charge for an order does nothing.
///
/// The lanes form a ring: orders lead to payments, payments back to orders. Were all of its ways to wait for room, two
/// full lanes could wait for each other for ever. So this one does not wait: `try_send` fails at once, and the retry waits.
#[handler(retry(max = 10, backoff = "1ms..50ms"), emits(OrderPaid, UnitsReturned))]
fn charge(
    reserved: &UnitsReserved,
    cx: &Context,
    gateway: State<'_, Gateway>,
    bus: Bus,
) -> Result<(), BoxError> {
    let &UnitsReserved { order, item, units } = reserved;
    let cents = ITEMS[item].cents * u64::from(units);
    match gateway.charge(order, cents)? {
        Answer::Paid => bus.send(OrderPaid { order, item, units, cents })?,
        Answer::Declined => bus.try_send(UnitsReturned { order, item, units })?,
    }
    if cx.attempt() > 1 {
        gateway.on_a_further_try.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
