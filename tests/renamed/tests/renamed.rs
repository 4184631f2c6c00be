//! A renamed dependency is found by `crate = path`.

use ev::prelude::*;
use events_tests_renamed::OrderPaid;

#[handler(crate = ev)]
fn audit(_: &OrderPaid) {}

#[test]
fn handlers_run_where_events_has_another_name() {
    assert_eq!(events_tests_renamed::ran(), [5, 1, 1]);
}
