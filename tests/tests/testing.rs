//! The tools for tests: some handlers only, a handler replaced, a record of what was emitted.

use events::outcome::Stop;
use events::prelude::*;
use events::testing;

#[event]
#[derive(Clone, Debug, PartialEq)]
struct Paid {
    cents: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq)]
struct Mailed;

/// Never given to a bus here: only handlers left out or replaced ask for it.
struct RealCard;

#[handler(priority = 1)]
fn charge(_: &Paid, _: State<'_, RealCard>) {
    panic!("a real card in a test");
}

#[handler]
fn mail(_: &Paid, bus: Bus) -> Result<(), events::DispatchError> {
    bus.emit(&Mailed).into_result()
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn credit(_: &Paid) {
        panic!("credit");
    }

    #[handler]
    fn debit(_: &Paid) -> Result<(), String> {
        Err("debit".into())
    }

    #[handler]
    fn total(_: &Paid) {}
}

#[test]
fn only_the_named_handlers_run() {
    let bus = testing::builder().only(["mail"]).build().unwrap();
    assert_eq!(bus.emit(&Paid { cents: 1 }).ran(), 1);
    let bus = testing::builder().only(["testing::mail", "ledger::total"]).build().unwrap();
    let outcome = bus.emit(&Paid { cents: 1 });
    assert_eq!((outcome.ran(), outcome.is_ok()), (2, true), "{outcome:?}");
    let bus = testing::builder().only::<&str>([]).build().unwrap();
    assert_eq!(bus.emit(&Paid { cents: 1 }).ran(), 0);
}

#[test]
fn a_handler_is_replaced_in_its_place() {
    let bus = testing::builder()
        .replace("charge", |paid: &Paid| {
            if paid.cents > 100 {
                std::ops::ControlFlow::Break(())
            } else {
                std::ops::ControlFlow::Continue(())
            }
        })
        .replace("ledger::credit", |_: &Paid| {})
        .build()
        .unwrap();
    let outcome = bus.emit(&Paid { cents: 1 });
    assert_eq!(outcome.ran(), 5);
    assert_eq!(outcome.failures().len(), 1, "debit still fails");
    let outcome = bus.emit(&Paid { cents: 101 });
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (1, Some(Stop::Break), 4));
}

#[test]
fn a_failure_of_a_replacement_is_told_under_the_handlers_name() {
    let bus = testing::builder()
        .only::<&str>([])
        .replace_with("ledger::debit", |_: &Paid, cx: &Context| -> Result<(), String> {
            Err(format!("attempt {}", cx.attempt()))
        })
        .replace("charge", |_: &Paid| panic!("no card"))
        .build()
        .unwrap();
    let outcome = bus.emit(&Paid { cents: 1 });
    let told: Vec<_> =
        outcome.failures().iter().map(|failure| (failure.name(), failure.to_string())).collect();
    assert_eq!(
        told,
        [
            ("testing::charge", "panicked: no card".to_owned()),
            ("testing::ledger::debit", "attempt 1".to_owned())
        ]
    );
}

#[test]
fn a_path_that_no_handler_of_the_event_has_is_an_error() {
    let error = testing::builder()
        .only::<&str>([])
        .replace("mail", |_: &Mailed| {})
        .replace("harge", |_: &Paid| {})
        .build()
        .unwrap_err();
    assert_eq!(error.len(), 2, "{error}");
}

#[test]
fn emitted_events_are_recorded_and_the_absence_of_others_is_asserted() {
    let bus = testing::builder().only(["mail"]).build().unwrap();
    let paid = testing::record::<Paid>(&bus);
    let mailed = testing::record::<Mailed>(&bus);
    let cents = testing::record_with(&bus, |paid: &Paid| paid.cents);
    mailed.assert_none();
    bus.emit(&Paid { cents: 990 }).into_result().unwrap();
    paid.assert_emitted(1);
    mailed.assert_emitted(1);
    paid.assert_any(|paid| paid.cents == 990);
    paid.assert_no(|paid| paid.cents == 1);
    assert_eq!(cents.take(), [990]);
    assert!(cents.is_empty());
    assert_eq!(paid.events(), [Paid { cents: 990 }]);

    let other = testing::builder().only(["mail"]).build().unwrap();
    other.emit(&Paid { cents: 1 }).into_result().unwrap();
    paid.assert_emitted(1);
}

#[test]
fn an_event_that_a_handler_stopped_is_recorded_all_the_same() {
    let bus = testing::builder()
        .only::<&str>([])
        .replace("charge", |_: &Paid| std::ops::ControlFlow::Break(()))
        .build()
        .unwrap();
    let paid = testing::record::<Paid>(&bus);
    let outcome = bus.emit(&Paid { cents: 1 });
    assert_eq!(outcome.ran(), 1, "a recording is no handler");
    paid.assert_emitted(1);
}

#[test]
#[should_panic(expected = "expected no `testing::Mailed`, but 1 were emitted: [Mailed]")]
fn a_failed_assertion_tells_what_was_emitted() {
    let bus = testing::builder().only::<&str>([]).build().unwrap();
    let mailed = testing::record::<Mailed>(&bus);
    bus.emit(&Mailed).into_result().unwrap();
    mailed.assert_none();
}
