//! Handlers of another crate's events, and another crate's handlers.

use events::prelude::*;
use events_tests::shop::{OrderPaid as Paid, OrderSent, Revenue, handlers_of_private_events};
use events_tests::{emit_with, now};

#[handler]
fn audit(_: &Paid) {}

#[handler]
fn audit_by_full_path(_: &events_tests::shop::OrderPaid) {}

#[handler]
async fn track(_: &OrderSent) {}

#[test]
fn an_event_is_handled_in_other_crates_and_under_another_name() {
    let outcome = emit_with(&Paid { order_id: 7, cents: 990 }, Revenue::default());
    assert!(outcome.is_ok(), "{outcome:?}");
    // `ledger` and `add` there, two here.
    assert_eq!(outcome.ran(), 4);
    assert_eq!(Paid::META.name, "order.paid");
    assert_eq!(Paid::META.path, "events_tests::shop::OrderPaid");
}

#[test]
fn async_handlers_of_several_crates_run() {
    let outcome = now(events::dispatch_async(&OrderSent::Fetched));
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 4);
}

#[test]
fn events_of_every_visibility_reach_their_handlers() {
    assert_eq!(handlers_of_private_events(), [3, 2, 1]);
}

#[test]
fn a_foreign_event_is_handled_where_a_glob_imports_it() {
    use events_tests::shop::*;

    #[handler]
    fn by_glob(_: &OrderSent) {}

    // `receipt` and `sent` there, three here.
    let outcome = now(events::dispatch_async(&OrderSent::ByCourier(3)));
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 4);
}

#[test]
fn the_backend_is_the_one_that_was_asked_for() {
    let expected = if cfg!(feature = "inventory") { "inventory" } else { "linker" };
    assert_eq!(events::registry().backend(), expected);
}
