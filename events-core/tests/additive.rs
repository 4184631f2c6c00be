//! A program written without any feature. `ci/features` builds and runs it with each: none may ask for more of what implements a
//! public trait, nor change what it calls.

use core::ops::ControlFlow;

use events::bind::{BindError, Binder};
use events::extract::Extractor;
use events::outcome::{Stop, StopReason};
use events::{Context, DispatchError, Outcome, dispatch, event, handler};

struct Attempt(u32);

impl<'a> Extractor<'a> for Attempt {
    type Bound = ();

    fn bind(_: &mut Binder<'_>) -> Result<(), BindError> {
        if true { Ok(()) } else { Err(BindError::new("never")) }
    }

    fn extract((): &'a (), cx: &'a Context) -> Self {
        Self(cx.attempt())
    }

    fn detached(cx: &'a Context) -> Option<Self> {
        Some(Self(cx.attempt()))
    }
}

#[derive(Debug)]
struct TooMany;

impl core::fmt::Display for TooMany {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("too many")
    }
}

impl core::error::Error for TooMany {}

#[event]
struct Order {
    units: u32,
}

#[handler(priority = 2)]
fn count(order: &Order, attempt: Attempt) -> Result<(), TooMany> {
    if order.units > attempt.0 * 10 { Err(TooMany) } else { Ok(()) }
}

#[handler(priority = 1)]
fn check(order: &Order) -> ControlFlow<StopReason> {
    match order.units {
        0 => ControlFlow::Break(StopReason::new("nothing ordered")),
        _ => ControlFlow::Continue(()),
    }
}

#[handler]
fn ship(_: &Order, cx: &Context) {
    assert_eq!(cx.attempt(), 1);
}

#[test]
fn a_run_that_goes_well() {
    let outcome: Outcome = dispatch(&Order { units: 1 });
    assert_eq!((outcome.ran(), outcome.failed(), outcome.is_ok()), (3, 0, true));
    assert!(outcome.first_failed().is_none() && outcome.into_result().is_ok());
}

#[test]
fn a_failure_is_counted_and_named() {
    let outcome = dispatch(&Order { units: 11 });
    assert_eq!((outcome.ran(), outcome.failed()), (3, 1));
    assert!(outcome.first_failed().unwrap().path.ends_with("::count"));
    let error: DispatchError = outcome.into_result().unwrap_err();
    assert!(error.to_string().contains("::count (") && error.to_string().contains("additive.rs:"), "{error}");
    assert_eq!(error.outcome().failed(), 1);
}

#[test]
fn a_stop_has_its_reason() {
    let outcome = dispatch(&Order { units: 0 });
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 1));
    assert_eq!((outcome.stop_reason(), outcome.is_ok()), (Some("nothing ordered"), true));
    let reason = StopReason::new("nothing ordered");
    assert_eq!((reason.clone(), reason.reason()), (reason.clone(), "nothing ordered"));
}
