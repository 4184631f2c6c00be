//! An expired deadline or a cancelled context stops before the next handler, and the outcome says so.

use std::time::Duration;

use events::context::Canceller;
use events::outcome::Stop;
use events::prelude::*;

#[event]
struct Work(Canceller);

#[handler(priority = 1)]
fn before(_: &Work) {}

#[handlers]
mod group {
    use super::*;

    #[handler]
    fn a_cancels(work: &Work) {
        work.0.cancel();
    }

    #[handler]
    fn b_is_not_reached(_: &Work) {
        panic!("reached");
    }
}

#[handler]
fn z_is_not_reached(_: &Work) {
    panic!("reached");
}

#[test]
fn cancellation_stops_within_a_group() {
    let bus = Bus::builder().build().unwrap();
    let work = Work(Canceller::new());
    let cx = Context::new().with_cancel(work.0.token());
    let outcome = bus.emit_with(&work, &cx);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Cancelled), 2));
    let error = outcome.into_result().unwrap_err().to_string();
    assert_eq!(error, "the context was cancelled before 2 of the handlers ran");
}

#[test]
fn a_child_of_a_cancelled_token_stops_before_the_first_handler() {
    let bus = Bus::builder().build().unwrap();
    let work = Work(Canceller::new());
    let child = work.0.token().child();
    work.0.cancel();
    let outcome = bus.emit_with(&work, &Context::new().with_cancel(child.token()));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Cancelled), 4));
}

#[event]
struct Quick;

#[handler]
fn quick(_: &Quick, cx: &Context) {
    assert!(cx.remaining().unwrap() > Duration::ZERO);
}

#[test]
fn an_expired_deadline_stops_before_the_first_handler_and_closures_too() {
    let bus = Bus::builder().build().unwrap();
    let _guard = bus.subscribe(|_: &Quick| {});
    let outcome = bus.emit_with(&Quick, &Context::new().with_timeout(Duration::ZERO));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Deadline), 2));
    assert!(!outcome.is_ok());
    assert_eq!(bus.emit_with(&Quick, &Context::new().with_timeout(Duration::from_secs(3600))).ran(), 2);
}
