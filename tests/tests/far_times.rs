//! Backoffs, linger and timeouts beyond what a clock can say: they are for ever, and leave no event in limbo.
//!
//! A program of its own: should the macros refuse such times one day, these are mistakes for `ui/fail`.

use std::time::Duration;

use events::prelude::*;
#[path = "support/mod.rs"]
mod support;

use support::{LONG, alone, until};

#[event(key = 0)]
struct Order(u32, bool);

#[handler(retry(max = 1, backoff = "18446744073709551615s"))]
fn charge(order: &Order) -> Result<(), String> {
    if order.1 { Err("later".into()) } else { Ok(()) }
}

#[event]
struct Row(#[allow(dead_code, reason = "gives it a size")] u32);

#[handler(batch(size = "4", linger = "18446744073709551615s"))]
fn store(_: &[Row]) {}

#[event]
struct Guarded(bool);

#[handler(breaker(failures = 1, cool_down = "18446744073709551615s"), timeout = "18446744073709551615s")]
fn guarded(event: &Guarded) -> Result<(), String> {
    if event.0 { Err("down".into()) } else { Ok(()) }
}

#[event(async)]
struct Patient;

#[handler(timeout = "18446744073709551615s")]
async fn patient(_: &Patient) {
    tokio::task::yield_now().await;
}

fn each_kind(test: impl Fn(Bus)) {
    for workers in [1, 2] {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
        let lane = || events::LaneConfig::new(events::LaneConfig::DEFAULT).workers(workers);
        test(Bus::builder().lane(lane()).build().unwrap());
        test(Bus::builder().lane(lane().tokio(runtime.handle().clone())).build().unwrap());
    }
}

#[test]
fn a_retry_that_is_never_due_is_left() {
    alone(|| {
        each_kind(|bus| {
            bus.send(Order(1, true)).unwrap();
            bus.send(Order(1, false)).unwrap();
            bus.send(Order(2, false)).unwrap();
            until("the one of the other key is handled", || bus.account().handled == 1);
            assert!(!bus.drain(Duration::from_millis(20)), "one waits for its retry, one for its key");
            let account = bus.account();
            assert_eq!((account.handled, account.left, account.balances()), (1, 2, true), "{account}");
            let report = bus.shutdown(LONG);
            assert!(report.took < LONG / 2, "{report}");
            let account = report.account;
            assert_eq!((account.sent, account.handled, account.dead_lettered), (3, 1, 0), "{report}");
            assert_eq!((account.left, report.left[0].count), (2, 2), "{report}");
        });
    });
}

#[test]
fn a_window_that_never_fills_is_written_at_the_end() {
    alone(|| {
        each_kind(|bus| {
            for number in 0..7 {
                bus.send(Row(number)).unwrap();
            }
            until("four are written", || bus.account().handled == 4);
            let account = bus.account();
            assert_eq!((account.left, account.balances()), (3, true), "three wait for a fourth: {account}");
            let report = bus.shutdown(LONG);
            assert!(report.is_clean() && report.account.handled == 7, "{report}");
        });
    });
}

#[test]
fn a_breaker_that_never_cools_down_stays_open() {
    alone(|| {
        each_kind(|bus| {
            bus.send(Guarded(true)).unwrap();
            assert!(bus.drain(LONG));
            bus.send(Guarded(false)).unwrap();
            assert!(bus.drain(LONG));
            assert_eq!(bus.lane("default").unwrap().open_breakers().len(), 1);
            let account = bus.shutdown(LONG).account;
            assert_eq!((account.sent, account.dead_lettered), (2, 2), "{account}");
        });
    });
}

#[test]
fn a_timeout_that_never_comes_lets_a_handler_end() {
    alone(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let lane = events::LaneConfig::new(events::LaneConfig::DEFAULT).tokio(runtime.handle().clone());
        let bus = Bus::builder().lane(lane).build().unwrap();
        let report = runtime.block_on(async {
            bus.send(Patient).unwrap();
            bus.shutdown_async(LONG).await
        });
        assert!(report.is_clean() && report.account.handled == 1, "{report}");
    });
}
