//! The example `flash_sale`: its figures are exact whatever the crowd does and however the workers come and go.
#![cfg(feature = "std")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use flash_sale::{Closing, Fate, ITEMS, Sale};
use proptest::prelude::*;

fn run(sale: &Sale) -> Closing {
    flash_sale::run(sale, &mut |_| ()).unwrap()
}

/// Holds the sale while someone changes the numbers of workers and stops the orders now and then.
fn run_while_resized(sale: &Sale) -> Closing {
    let shop = flash_sale::open(sale).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = fastrand::Rng::with_seed(sale.seed);
            while !is_over.load(Ordering::Relaxed) {
                let orders = shop.lane("orders").unwrap();
                orders.set_workers(random.usize(0..6)).unwrap();
                shop.lane("books").unwrap().set_workers(random.usize(1..4)).unwrap();
                orders.pause();
                thread::yield_now();
                orders.resume();
                orders.set_workers(random.usize(1..6)).unwrap();
                // Lets them work for a moment, or until all is done.
                shop.drain(Duration::from_micros(200));
            }
        });
        let closing = flash_sale::hold(sale, shop.clone(), &mut |_| ());
        is_over.store(true, Ordering::Relaxed);
        closing.unwrap()
    })
}

fn assert_exact(closing: &Closing) -> Result<(), TestCaseError> {
    prop_assert!(closing.mistakes().is_empty(), "{:#?}", closing.mistakes());
    let settled = [Fate::Paid, Fate::SoldOut, Fate::Declined].map(|fate| closing.count(fate));
    prop_assert_eq!(settled.iter().sum::<usize>(), closing.fates().len());
    Ok(())
}

fn sales() -> impl Strategy<Value = Sale> {
    let crowd = (any::<u64>(), 1..3_000u32, 1..5usize);
    let shop = (1..7usize, 1..100usize, 0..200u32, 1..6u32);
    let luck = (0..400u32, 0..200u32);
    (crowd, shop, luck).prop_map(
        |((seed, orders, producers), (workers, capacity, stock, most_units), luck)| {
            let (declined, hiccups) = luck;
            let stall = Duration::ZERO;
            Sale { seed, orders, producers, workers, capacity, stock, most_units, declined, hiccups, stall }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stock_ends_exactly_right_whatever_the_number_of_workers(sale in sales()) {
        assert_exact(&run(&sale))?;
    }

    #[test]
    fn stock_ends_exactly_right_while_workers_come_and_go(sale in sales()) {
        assert_exact(&run_while_resized(&sale))?;
    }

    /// One unit each and nobody declined: then it is known who gets one. Of an item as many are sold as there are or as
    /// are wanted; and of one producer's orders, which come in their order, the first.
    #[test]
    fn first_come_first_served(sale in sales()) {
        let sale = Sale { most_units: 1, declined: 0, ..sale };
        let closing = run_while_resized(&sale);
        assert_exact(&closing)?;
        for (item, result) in ITEMS.iter().zip(closing.items()) {
            prop_assert_eq!(result.sold, u64::from(result.orders.min(sale.stock)), "{}", item.name);
        }
        for producer in 0..sale.producers {
            let mut sold_out = [false; ITEMS.len()];
            let orders = closing.orders().enumerate().skip(producer).step_by(sale.producers);
            for (number, (item, fate)) in orders {
                prop_assert!(fate == Fate::SoldOut || !sold_out[item], "order {} came before its turn", number);
                sold_out[item] |= fate == Fate::SoldOut;
            }
        }
    }
}

#[test]
fn the_report_tells_the_whole_story() {
    let sale = Sale { orders: 20_000, stock: 100, stall: Duration::from_millis(6), ..Sale::default() };
    let closing = run(&sale);
    let mut report = Vec::new();
    flash_sale::write_report(&mut report, &closing).unwrap();
    let report = String::from_utf8(report).unwrap();
    for part in [
        "20,000 orders in ",
        // The failing handler and the slow one, with their places.
        "flash_sale::points::award (examples/flash_sale/shop/src/points.rs:",
        "flash_sale::mail::receipt (examples/flash_sale/shop/src/mail.rs:",
        "someone was called for flash_sale::points::award",
        "sent again",
        "Exact: every unit is paid for or on its shelf",
    ] {
        assert!(report.contains(part), "no `{part}` in:\n{report}");
    }
    let paid = closing.count(Fate::Paid) as u64;
    let books = closing.lanes()["books"];
    assert!(books.dead_lettered >= paid, "each paid order failed to get its points at first: {books}");
    assert_eq!(books.handled, paid, "and got them when it was sent again");
    let row = report.lines().find(|line| line.starts_with("  all ")).unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!((cells[1], cells[2], *cells.last().unwrap()), ("800", "20,000", "0"), "{row}");
}
