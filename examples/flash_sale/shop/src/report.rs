//! The report of a sale.

use std::io::{self, Write};

use crate::ITEMS;
use crate::closing::{Closing, ItemResult};
use crate::orders::Fate;
use crate::recovery::GivenUp;
use crate::table::{Table, money, number};

/// Writes what a sale came to.
///
/// # Errors
/// If `out` cannot be written to.
pub fn write(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    items(out, closing)?;
    orders(out, closing)?;
    letters(out, closing)?;
    slow(out, closing)?;
    lanes(out, closing)?;
    verdict(out, closing)
}

fn items(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    let stock = closing.sale.stock;
    let mut table =
        Table::new(["item", "stock", "orders", "wanted", "sold", "too late", "declined", "left", "oversold"]);
    let mut total = ItemResult::default();
    let row = |name: &str, stock: u64, item: &ItemResult| {
        let &ItemResult { orders, wanted, sold, sold_out, declined, left, oversold } = item;
        let numbers =
            [stock, orders.into(), wanted, sold, sold_out.into(), declined.into(), left.into(), oversold];
        let [a, b, c, d, e, f, g, h] = numbers.map(number);
        [name.to_owned(), a, b, c, d, e, f, g, h]
    };
    for (item, result) in ITEMS.iter().zip(&closing.items) {
        table.row(row(item.name, stock.into(), result));
        total.orders += result.orders;
        total.wanted += result.wanted;
        total.sold += result.sold;
        total.sold_out += result.sold_out;
        total.declined += result.declined;
        total.left += result.left;
        total.oversold += result.oversold;
    }
    table.row(row("all", u64::from(stock) * ITEMS.len() as u64, &total));
    table.write(out)
}

fn orders(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    let orders = closing.fates.len() as u64;
    let rate = orders as f64 / closing.took.as_secs_f64();
    writeln!(
        out,
        "\n{} orders in {:.2?}, {} a second: {} paid, {} too late, {} declined; {} on a further try; {} taken",
        number(orders),
        closing.took,
        number(rate as u64),
        number(closing.count(Fate::Paid) as u64),
        number(closing.count(Fate::SoldOut) as u64),
        number(closing.count(Fate::Declined) as u64),
        number(closing.on_a_further_try),
        money(closing.ledger.cents),
    )?;
    writeln!(
        out,
        "booked in {} batches, the largest of {} orders",
        number(closing.ledger.batches as u64),
        number(closing.ledger.largest_batch as u64),
    )
}

fn letters(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    writeln!(out, "\nDead letters when the doors closed")?;
    let counts: Vec<String> = closing.given_up.iter().map(|group| number(group.letters as u64)).collect();
    let width = counts.iter().map(String::len).max().unwrap_or(0);
    if counts.is_empty() {
        writeln!(out, "  none")?;
    }
    for (GivenUp { event, handler, reason, tries, error, .. }, count) in closing.given_up.iter().zip(counts) {
        write!(out, "  {count:>width$} × {event}: {reason}")?;
        if let Some(handler) = handler {
            write!(out, "\n  {:width$}   {handler}", "")?;
        }
        if let Some(error) = error {
            write!(out, "\n  {:width$}   up to {tries} tries, the last: {error}", "")?;
        }
        writeln!(out)?;
    }
    let recovered = closing.recovered;
    writeln!(
        out,
        "then the service for bonus points was repaired: {} sent again, {} views let go, {} left",
        number(recovered.sent_again as u64),
        number(recovered.let_go as u64),
        number(recovered.remaining as u64),
    )?;
    match &*closing.paged_for {
        [] => Ok(()),
        handlers => writeln!(out, "someone was called for {}", handlers.join(" and ")),
    }
}

fn slow(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    writeln!(out, "\nSlow handlers")?;
    if closing.slow.is_empty() {
        writeln!(out, "  none")?;
    }
    closing.slow.iter().try_for_each(|slow| writeln!(out, "  {slow}"))
}

fn lanes(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    writeln!(out, "\nLanes")?;
    let titles = ["lane", "sent", "= handled", "+ dead-lettered", "+ rejected", "+ left", "balances"];
    let mut table = Table::new(titles);
    let all = closing.shutdown.account;
    let lanes = closing.lanes.iter().map(|(name, account)| (name.as_str(), account));
    for (name, account) in lanes.chain([("all", &all)]) {
        let numbers = [account.sent, account.handled, account.dead_lettered, account.rejected, account.left];
        let [sent, handled, dead, rejected, left] = numbers.map(number);
        let balances = if account.balances() { "yes" } else { "NO" };
        table.row([name.to_owned(), sent, handled, dead, rejected, left, balances.to_owned()]);
    }
    table.write(out)?;
    writeln!(out, "{}", closing.shutdown)
}

fn verdict(out: &mut impl Write, closing: &Closing) -> io::Result<()> {
    writeln!(out)?;
    if closing.mistakes().is_empty() {
        return writeln!(out, "Exact: every unit is paid for or on its shelf, and every account balances.");
    }
    writeln!(out, "NOT exact:")?;
    closing.mistakes().iter().try_for_each(|mistake| writeln!(out, "  {mistake}"))
}
