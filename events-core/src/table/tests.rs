//! Order and run over tables of rows written by hand. Without features they test the order made in place, with `alloc` the
//! sorted copy.

use core::cell::Cell;
use core::ops::ControlFlow;

use super::{Table, dispatch};
use crate::event::{Event, EventMeta};
use crate::handler::{Entry, Flow, HandlerMeta, HandlerOutput};
use crate::outcome::{Stop, StopReason};

/// An event that notes which handlers it met: one decimal digit each.
struct Trail(Cell<u64>);

// SAFETY: each test has a value of its own and never shares it with another thread.
unsafe impl Sync for Trail {}

impl Trail {
    fn new() -> Self {
        Self(Cell::new(0))
    }

    fn note(&self, digit: u64) {
        self.0.set(self.0.get() * 10 + digit);
    }
}

/// Makes an event of its own around a table with these rows.
macro_rules! table {
    ($event:ident: $($path:literal $priority:literal => |$trail:ident| $run:expr;)*) => {
        struct $event(#[allow(dead_code)] Trail);
        static META: EventMeta = EventMeta::new("event", "event", "package", &[], "file", 1);
        static TABLE: Table<$event> = Table::new();
        impl Event for $event {
            const META: &'static EventMeta = &META;
            type __Mode = crate::event::mode::Synchronous;
            fn __table() -> &'static Table<Self> {
                &TABLE
            }
        }
        $(const _: () = {
            static META_OF: HandlerMeta =
                HandlerMeta::new($path, "package", &META, "file", 1, 1).priority($priority);
            crate::private::place_row!(crate::private::Row::new::<$event>(Entry::plain(
                &[&META_OF],
                |$event($trail), _| HandlerOutput::into_flow($run),
            )));
        };)*
    };
}

#[test]
fn priority_comes_before_path_and_path_before_the_linkers_order() {
    table! { Order:
        "b::late" -5 => |trail| trail.note(6);
        "b::z" 0 => |trail| trail.note(5);
        "b::a" 0 => |trail| trail.note(4);
        "a::z" 0 => |trail| trail.note(3);
        "z::first" 7 => |trail| trail.note(1);
        "z::last" 7 => |trail| trail.note(2);
    }
    let event = Order(Trail::new());
    assert_eq!(dispatch(&event).ran(), 6);
    assert_eq!(event.0.0.get(), 123456);
    assert_eq!(dispatch(&event).ran(), 6, "the order is there at the second use too");
    assert_eq!(event.0.0.get(), 123456123456);

    let mut seen = 0;
    TABLE.any().for_each_handler(&mut |_| seen += 1);
    assert_eq!(seen, 6);
}

#[test]
fn rows_equal_in_all_else_all_run_and_always_in_one_order() {
    table! { Equal:
        "b" 0 => |trail| trail.note(4);
        "a" 0 => |trail| trail.note(1);
        "b" 0 => |trail| trail.note(5);
        "c" -1 => |trail| trail.note(7);
        "a" 0 => |trail| trail.note(2);
        "b" 0 => |trail| trail.note(6);
        "a" 0 => |trail| trail.note(3);
    }
    let event = Equal(Trail::new());
    assert_eq!(dispatch(&event).ran(), 7);
    let trail = event.0.0.get();
    // Which of the equal ones is first is the linker's choice.
    let mut digits = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1].map(|unit| trail / unit % 10);
    digits[..3].sort_unstable();
    digits[3..6].sort_unstable();
    assert_eq!(digits, [1, 2, 3, 4, 5, 6, 7], "{trail}");
    assert_eq!(dispatch(&event).ran(), 7);
    assert_eq!(event.0.0.get(), trail * 10_000_000 + trail);

    let mut seen = 0;
    TABLE.any().for_each_handler(&mut |_| seen += 1);
    assert_eq!(seen, 7);
}

#[test]
fn a_break_among_equal_rows_counts_those_it_left_out() {
    fn second_breaks(trail: &Trail) -> ControlFlow<()> {
        trail.note(1);
        if trail.0.get() == 11 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
    table! { EqualStopped:
        "a" 0 => |trail| second_breaks(trail);
        "a" 0 => |trail| second_breaks(trail);
        "a" 0 => |trail| second_breaks(trail);
        "a" 0 => |trail| second_breaks(trail);
    }
    let event = EqualStopped(Trail::new());
    let outcome = dispatch(&event);
    assert_eq!(event.0.0.get(), 11);
    assert_eq!((outcome.ran(), outcome.unreached()), (2, 2));
}

#[test]
fn an_empty_table_does_nothing() {
    table! { Nobody: }
    let outcome = dispatch(&Nobody(Trail::new()));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, None, 0));
    assert!(outcome.is_ok());
}

#[test]
fn a_break_stops_the_rest_and_says_how_many() {
    table! { Stopped:
        "c" 0 => |trail| trail.note(3);
        "a" 0 => |trail| trail.note(1);
        "d" 0 => |trail| trail.note(4);
        "b" 0 => |trail| { trail.note(2); ControlFlow::Break(()) };
    }
    let event = Stopped(Trail::new());
    let outcome = dispatch(&event);
    assert_eq!(event.0.0.get(), 12);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 2));
    assert!(outcome.is_ok());
}

#[test]
fn who_stopped_the_rest_is_named_with_the_reason_given() {
    table! { Rejecting:
        "a" 0 => |trail| trail.note(1);
        "b" 0 => |trail| {
            trail.note(2);
            if trail.0.get() < 100 { ControlFlow::Break(StopReason::new("early")) } else { ControlFlow::Continue(()) }
        };
        "c" 0 => |trail| { trail.note(3); ControlFlow::Break(()) };
    }
    let event = Rejecting(Trail::new());
    let outcome = dispatch(&event);
    let stopped = outcome.stopped_by().unwrap();
    assert_eq!(
        (stopped.name(), stopped.reason(), outcome.stop_reason()),
        ("b", Some("early"), Some("early"))
    );
    assert_eq!((stopped.file(), stopped.line(), stopped.handler().unwrap().path), ("file", 1, "b"));
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Break), 1));
    assert!(outcome.is_ok());

    event.0.0.set(100);
    let outcome = dispatch(&event);
    let stopped = outcome.stopped_by().unwrap();
    assert_eq!((stopped.name(), stopped.reason(), outcome.stop_reason()), ("c", None, None));
    assert_eq!((outcome.ran(), outcome.unreached()), (3, 0));
}

#[test]
fn a_failure_keeps_nobody_from_running() {
    table! { Failing:
        "a" 0 => |trail| { trail.note(1); Err::<(), _>(core::fmt::Error) };
        "b" 0 => |trail| trail.note(2);
        "c" 0 => |trail| { trail.note(3); Err::<(), _>(core::fmt::Error) };
    }
    let event = Failing(Trail::new());
    let outcome = dispatch(&event);
    assert_eq!(event.0.0.get(), 123);
    assert_eq!(outcome.ran(), 3);
    assert_eq!(outcome.failed(), 2);
    assert!(outcome.into_result().is_err());
}

#[test]
fn a_skipped_handler_did_not_run() {
    struct Skipped(Flow);
    impl HandlerOutput for Skipped {
        fn into_flow(self) -> Flow {
            self.0
        }
    }
    table! { Conditional:
        "a" 0 => |_trail| Skipped(Flow::SKIPPED);
        "b" 0 => |trail| trail.note(2);
    }
    let event = Conditional(Trail::new());
    assert_eq!(dispatch(&event).ran(), 1);
    assert_eq!(event.0.0.get(), 2);
}

#[cfg(feature = "std")]
#[test]
fn a_panic_is_the_failure_of_its_handler_alone() {
    table! { Panicking:
        "a" 0 => |trail| trail.note(1);
        "b" 0 => |trail| { trail.note(2); if trail.0.get() > 0 { panic!("boom") } };
        "c" 0 => |trail| { trail.note(3); if trail.0.get() > 0 { std::panic::panic_any(7) } };
        "d" 0 => |trail| trail.note(4);
    }
    let event = Panicking(Trail::new());
    let outcome = dispatch(&event);
    assert_eq!(event.0.0.get(), 1234);
    assert_eq!(outcome.ran(), 4);
    let told: alloc::vec::Vec<_> = outcome
        .failures()
        .iter()
        .map(|failure| (failure.name(), alloc::string::ToString::to_string(failure)))
        .collect();
    assert_eq!(told, [("b", "panicked: boom".into()), ("c", "panicked: a panic without a message".into())]);
}

#[cfg(feature = "std")]
#[test]
fn a_payload_that_panics_when_dropped_keeps_nobody_from_running() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    table! { Bombed:
        "a" 0 => |trail| { trail.note(1); if trail.0.get() > 0 { std::panic::panic_any(Bomb) } };
        "b" 0 => |trail| trail.note(2);
    }
    let event = Bombed(Trail::new());
    assert_eq!(dispatch(&event).failed(), 1);
    assert_eq!(event.0.0.get(), 12);
}

#[cfg(feature = "std")]
#[test]
fn a_limit_stops_before_the_next_handler_and_names_the_reason() {
    use super::dispatch_with;
    use crate::Context;
    use crate::context::Canceller;

    std::thread_local!(static CANCELLER: Canceller = Canceller::new());
    table! { Limited:
        "a" 0 => |trail| trail.note(1);
        "b" 0 => |trail| { trail.note(2); CANCELLER.with(Canceller::cancel) };
        "c" 0 => |trail| trail.note(3);
        "d" 0 => |trail| trail.note(4);
    }
    let event = Limited(Trail::new());
    let cx = Context::new().with_cancel(CANCELLER.with(Canceller::token));
    let outcome = dispatch_with(&event, &cx);
    assert_eq!(event.0.0.get(), 12);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (2, Some(Stop::Cancelled), 2));
    assert!(!outcome.is_ok());

    let late = Context::new().with_timeout(core::time::Duration::ZERO);
    let outcome = dispatch_with(&event, &late);
    assert_eq!((outcome.ran(), outcome.stopped(), outcome.unreached()), (0, Some(Stop::Deadline), 4));
}
