//! What a sale came to, gathered when the shop is closed.

use std::collections::BTreeMap;
use std::time::Duration;

use events::Bus;
use events::lane::{Account, ShutdownReport, SlowHandler};

use crate::board::{Board, Shown};
use crate::ledger::{Ledger, Pages};
use crate::mail::Server;
use crate::orders::{Fate, Orders};
use crate::pager::Pager;
use crate::payments::Gateway;
use crate::points::Service;
use crate::recovery::{GivenUp, Recovered};
use crate::shelves::Shelves;
use crate::{ITEMS, Sale, exactness};

/// What a sale came to.
pub struct Closing {
    pub(crate) sale: Sale,
    pub(crate) took: Duration,
    pub(crate) items: Vec<ItemResult>,
    pub(crate) fates: Vec<Fate>,
    pub(crate) settled_twice: u32,
    pub(crate) ledger: Pages,
    pub(crate) charged: (usize, u64),
    pub(crate) on_a_further_try: u32,
    pub(crate) awarded: (usize, u32),
    pub(crate) receipts: usize,
    pub(crate) board: Shown,
    pub(crate) given_up: Vec<GivenUp>,
    pub(crate) recovered: Recovered,
    pub(crate) paged_for: Vec<&'static str>,
    pub(crate) slow: Vec<SlowHandler>,
    pub(crate) lanes: BTreeMap<String, Account>,
    pub(crate) shutdown: ShutdownReport,
    mistakes: Vec<String>,
}

/// What became of one item.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ItemResult {
    /// How many orders there were for it.
    pub orders: u32,
    /// How many units those were.
    pub wanted: u64,
    /// How many units were paid for.
    pub sold: u64,
    /// How many orders came too late.
    pub sold_out: u32,
    /// How many cards were declined.
    pub declined: u32,
    /// How many units are on the shelf.
    pub left: u32,
    /// How many more units were sold than there were.
    pub oversold: u64,
}

impl Closing {
    pub(crate) fn of(
        sale: &Sale,
        shop: &Bus,
        took: Duration,
        given_up: Vec<GivenUp>,
        recovered: Recovered,
        shutdown: ShutdownReport,
    ) -> Self {
        let lanes = shop.lane_accounts();
        let slow = lanes.keys().filter_map(|name| shop.lane(name)).flat_map(|lane| lane.slow()).collect();
        let orders = state::<Orders>(shop);
        let fates: Vec<Fate> = orders.fates().collect();
        let mut closing = Self {
            items: items(sale, &fates, state(shop)),
            sale: sale.clone(),
            took,
            fates,
            settled_twice: orders.settled_twice(),
            ledger: state::<Ledger>(shop).pages(),
            charged: state::<Gateway>(shop).charged(),
            on_a_further_try: state::<Gateway>(shop).on_a_further_try(),
            awarded: state::<Service>(shop).awarded(),
            receipts: state::<Server>(shop).sent(),
            board: state::<Board>(shop).shown(),
            given_up,
            recovered,
            paged_for: state::<Pager>(shop).paged_for(),
            slow,
            lanes,
            shutdown,
            mistakes: Vec::new(),
        };
        closing.mistakes = exactness::mistakes(&closing);
        closing
    }

    /// What became of each of the [`ITEMS`].
    pub fn items(&self) -> &[ItemResult] {
        &self.items
    }

    /// What became of each order, by its number.
    pub fn fates(&self) -> &[Fate] {
        &self.fates
    }

    /// The item that each order was for, and what became of it, by the number of the order.
    pub fn orders(&self) -> impl Iterator<Item = (usize, Fate)> {
        (0..self.sale.orders).zip(&self.fates).map(|(number, &fate)| (self.sale.order(number).item, fate))
    }

    /// The account of each lane.
    pub fn lanes(&self) -> &BTreeMap<String, Account> {
        &self.lanes
    }

    /// The figures that do not fit together. None in a sale that went right.
    pub fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// How many orders had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.fates.iter().filter(|&&other| other == fate).count()
    }
}

/// What each item came to: what its orders asked for, and what became of them.
fn items(sale: &Sale, fates: &[Fate], shelves: &Shelves) -> Vec<ItemResult> {
    let mut items = vec![ItemResult::default(); ITEMS.len()];
    for (number, fate) in (0..sale.orders).zip(fates) {
        let order = sale.order(number);
        let item = &mut items[order.item];
        item.orders += 1;
        item.wanted += u64::from(order.units);
        match fate {
            Fate::Paid => item.sold += u64::from(order.units),
            Fate::SoldOut => item.sold_out += 1,
            Fate::Declined => item.declined += 1,
            Fate::Open => (),
        }
    }
    for (number, item) in items.iter_mut().enumerate() {
        item.left = shelves.left(number);
        item.oversold = item.sold.saturating_sub(sale.stock.into());
    }
    items
}

/// State that `open` has given the bus.
///
/// # Panics
/// If it has not: a bus from elsewhere is no shop.
fn state<T: Send + Sync + 'static>(shop: &Bus) -> &T {
    shop.state().expect("a shop has the state that `open` gives it")
}
