//! Whether the figures fit together. Each is compared with one that another part of the shop counted by itself.

use crate::closing::Closing;
use crate::orders::Fate;
use crate::{ITEMS, Sale};

/// Every figure that is wrong, in words.
pub(crate) fn mistakes(closing: &Closing) -> Vec<String> {
    let mut mistakes = Vec::new();
    items(closing, &mut mistakes);
    orders(closing, &mut mistakes);
    lanes(closing, &mut mistakes);
    mistakes
}

fn items(closing: &Closing, mistakes: &mut Vec<String>) {
    let Sale { stock, .. } = closing.sale;
    for ((item, result), booked) in ITEMS.iter().zip(&closing.items).zip(closing.ledger.units) {
        let name = item.name;
        let mut check = |what: &str, is: u64, expected: u64| {
            if is != expected {
                mistakes.push(format!("{name}: {what} {is}, not {expected}"));
            }
        };
        check("units sold and on the shelf are", result.sold + u64::from(result.left), stock.into());
        check("units in the ledger are", booked, result.sold);
        check("units oversold are", result.oversold, 0);
    }
}

fn orders(closing: &Closing, mistakes: &mut Vec<String>) {
    let paid = closing.count(Fate::Paid);
    let cents = ITEMS.iter().zip(&closing.items).map(|(item, result)| item.cents * result.sold).sum::<u64>();
    let mut check = |what: &str, is: u64, expected: u64| {
        if is != expected {
            mistakes.push(format!("{what}: {is}, not {expected}"));
        }
    };
    check("orders without a fate", closing.count(Fate::Open) as u64, 0);
    check("orders with two fates", closing.settled_twice.into(), 0);
    check("orders in the ledger", closing.ledger.orders as u64, paid as u64);
    check("cents in the ledger", closing.ledger.cents, cents);
    check("orders charged", closing.charged.0 as u64, paid as u64);
    check("cents charged", closing.charged.1, cents);
    check("receipts", closing.receipts as u64, paid as u64);
    check("orders with bonus points", closing.awarded.0 as u64, paid as u64);
    check("orders with bonus points twice", closing.awarded.1.into(), 0);
    check("dead letters not recovered", closing.recovered.remaining as u64, 0);
    check("dead letters that the store had no room for", closing.recovered.evicted, 0);
}

fn lanes(closing: &Closing, mistakes: &mut Vec<String>) {
    for (name, account) in &closing.lanes {
        if !account.balances() || account.left != 0 {
            mistakes.push(format!("lane {name}: {account}"));
        }
    }
    if !closing.shutdown.is_clean() {
        mistakes.push(closing.shutdown.to_string());
    }
    let views = closing.board.views.iter().sum::<u64>();
    if let Some(board) = closing.lanes.get("board") {
        let sold_out = closing.board.sold_out.iter().map(|&times| u64::from(times)).sum::<u64>();
        if board.handled != views + sold_out {
            mistakes
                .push(format!("the board shows {views} views and {sold_out} sold out; its lane: {board}"));
        }
    }
}
