//! A handler that fails or panics keeps nobody from running, and the outcome names it.

use std::sync::atomic::{AtomicU32, Ordering};

use events::outcome::FailureKind;
use events::prelude::*;

#[derive(Default)]
struct Ran(AtomicU32);

impl Ran {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[event]
struct Storm;

#[handler]
fn a_fails(_: &Storm, ran: State<'_, Ran>) -> Result<(), std::num::ParseIntError> {
    ran.note();
    "x".parse::<u8>().map(drop)
}

#[handler]
fn b_panics(_: &Storm, ran: State<'_, Ran>) {
    ran.note();
    panic!("boom {}", 7);
}

#[handlers]
mod fused {
    use super::*;

    #[handler]
    fn c_runs(_: &Storm, ran: State<'_, Ran>) {
        ran.note();
    }

    #[handler]
    fn d_panics(_: &Storm, ran: State<'_, Ran>) {
        ran.note();
        panic!("in a group");
    }

    #[handler]
    fn e_fails(_: &Storm, ran: State<'_, Ran>) -> Result<(), String> {
        ran.note();
        Err("after a panic".into())
    }

    #[handler]
    fn f_panics_too(_: &Storm, ran: State<'_, Ran>) {
        ran.note();
        panic!("second in a group");
    }

    #[handler]
    fn g_runs(_: &Storm, ran: State<'_, Ran>) {
        ran.note();
    }
}

#[handler]
fn h_runs(_: &Storm, ran: State<'_, Ran>) {
    ran.note();
}

#[test]
fn all_run_and_the_outcome_names_those_that_failed() {
    let bus = Bus::builder().state(Ran::default()).build().unwrap();
    let outcome = bus.emit(&Storm);
    assert_eq!(outcome.ran(), 8);
    assert_eq!(bus.state::<Ran>().unwrap().0.load(Ordering::Relaxed), 8);

    let told: Vec<_> =
        outcome.failures().iter().map(|failure| (failure.name(), failure.to_string())).collect();
    let expected = [
        ("isolation::a_fails", "invalid digit found in string"),
        ("isolation::b_panics", "panicked: boom 7"),
        ("isolation::fused::d_panics", "panicked: in a group"),
        ("isolation::fused::e_fails", "after a panic"),
        ("isolation::fused::f_panics_too", "panicked: second in a group"),
    ];
    assert_eq!(told, expected.map(|(name, text)| (name, text.to_owned())));
    assert!(
        outcome
            .failures()
            .iter()
            .all(|failure| failure.file().ends_with("isolation.rs") && failure.line() > 1)
    );
    assert!(matches!(outcome.failures()[0].kind(), FailureKind::Error(_)));
    assert!(outcome.failures()[0].error().unwrap().is::<std::num::ParseIntError>());
}

#[test]
fn the_error_of_an_outcome_says_it_all_in_one_line() {
    let bus = Bus::builder().state(Ran::default()).build().unwrap();
    let error = bus.emit(&Storm).into_result().unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("5 handlers failed: isolation::a_fails ("), "{text}");
    assert!(!text.contains('\n'));
    assert!(std::error::Error::source(&error).is_some());
    // What `?` asks of an error in an async task or behind `anyhow`.
    fn sendable<T: Send + Sync + 'static>(_: &T) {}
    sendable(&error);
}

#[test]
fn without_a_bus_state_is_missed_by_name_and_nothing_runs() {
    let outcome = events::dispatch(&Storm);
    assert_eq!(outcome.ran(), 0);
    assert_eq!(outcome.failures().len(), 8);
    assert!(outcome.failures().iter().all(|failure| matches!(failure.kind(), FailureKind::NeedsBus)));
}
