//! Each test has a bus of its own, so tests do not affect each other.

use events::testing;

use __CRATE__::orders::{OrderPlaced, OrderReserved};
use __CRATE__::{Log, Stock, bus};

fn lamps(id: u64, count: u32) -> OrderPlaced {
    OrderPlaced { id, item: "lamp".to_owned(), count }
}

#[test]
fn an_order_is_reserved_and_confirmed() {
    let bus = bus(Stock::of([("lamp", 2)])).unwrap();
    let reserved = testing::record::<OrderReserved>(&bus);
    bus.emit(&lamps(7, 2)).into_result().unwrap();
    assert_eq!(reserved.events(), [OrderReserved { id: 7 }]);
    assert_eq!(bus.state::<Log>().unwrap().lines(), ["order 7 is on its way"]);
}

#[test]
fn an_item_that_is_not_in_stock_is_not_reserved() {
    let bus = bus(Stock::of([("lamp", 2)])).unwrap();
    let reserved = testing::record::<OrderReserved>(&bus);
    let outcome = bus.emit(&lamps(7, 3));
    assert_eq!(outcome.failures()[0].to_string(), "3 of `lamp` are asked for, and 2 are left");
    reserved.assert_none();
}

#[test]
fn an_order_of_zero_items_is_stopped() {
    let bus = bus(Stock::of([("lamp", 2)])).unwrap();
    bus.emit(&lamps(7, 0)).into_result().unwrap();
    assert_eq!(bus.state::<Log>().unwrap().lines(), ["order 7 is for nothing"]);
}

#[test]
fn one_handler_runs_without_the_others() {
    let bus = testing::builder().state(Log::default()).only(["confirm"]).build().unwrap();
    assert_eq!(bus.emit(&OrderReserved { id: 7 }).ran(), 1);
}
