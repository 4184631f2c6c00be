//! Who kept the later handlers from running, and why; and that a break allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ops::ControlFlow;

use events::outcome::Stop;
use events::prelude::*;

/// Counts what a thread asks of the system.
struct Counting;

thread_local!(static ALLOCATIONS: Cell<u64> = const { Cell::new(0) });

// SAFETY: passes everything on to the system's allocator, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: passed on to the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Runs it once to warm up, and then tells how often it allocates.
fn allocations(mut run: impl FnMut()) -> u64 {
    run();
    let before = ALLOCATIONS.get();
    run();
    ALLOCATIONS.get() - before
}

/// Who is to break, or to fail.
#[event(async)]
struct Asked {
    fails: &'static str,
    breaks: &'static str,
}

#[event]
struct Plain(&'static str);

macro_rules! may_break {
    ($name:ident, $event:ident, $breaks:ident) => {
        #[handler]
        fn $name(event: &$event) -> ControlFlow<()> {
            if event.$breaks() == stringify!($name) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    };
}

impl Asked {
    fn breaks(&self) -> &str {
        self.breaks
    }
}

impl Plain {
    fn breaks(&self) -> &str {
        self.0
    }
}

may_break!(a_plain, Plain, breaks);
may_break!(b_plain, Plain, breaks);
may_break!(single, Asked, breaks);

#[handlers]
mod fused {
    use super::*;

    #[handler]
    fn c_first(event: &Plain) -> ControlFlow<()> {
        if event.0 == "c_first" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    #[handler]
    fn d_second(event: &Plain) -> ControlFlow<()> {
        if event.0 == "d_second" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    #[handler]
    fn e_third(_: &Plain) {}

    #[handler(priority = 1)]
    fn f_fails(event: &Asked) -> Result<(), &'static str> {
        if event.fails == "f_fails" { Err("as asked") } else { Ok(()) }
    }

    #[handler(priority = 1)]
    fn g_rejects(event: &Asked) -> ControlFlow<StopReason> {
        if event.breaks == "g_rejects" {
            ControlFlow::Break(StopReason::new("out of stock"))
        } else {
            ControlFlow::Continue(())
        }
    }

    #[handler(priority = 1)]
    fn h_last(event: &Asked) -> ControlFlow<()> {
        if event.breaks == "h_last" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Who stopped it, by the last part of the path, and the reason.
fn by(outcome: &Outcome) -> Option<(&str, Option<&str>)> {
    let stopped = outcome.stopped_by()?;
    Some((stopped.name().rsplit("::").next().unwrap(), stopped.reason()))
}

#[test]
fn whoever_breaks_is_named_and_nothing_is_allocated() {
    let bus = Bus::builder().build().unwrap();
    for (name, unreached) in [("a_plain", 4), ("b_plain", 3), ("c_first", 2), ("d_second", 1)] {
        let check = |outcome: Outcome| {
            assert_eq!((outcome.stopped(), outcome.unreached()), (Some(Stop::Break), unreached));
            assert_eq!(by(&outcome), Some((name, None)));
            assert!(outcome.is_ok() && outcome.failures().is_empty() && outcome.stop_reason().is_none());
        };
        assert_eq!(allocations(|| check(bus.emit(&Plain(name)))), 0, "{name}");
        assert_eq!(allocations(|| check(events::dispatch(&Plain(name)))), 0, "{name}");
        let outcome = bus.emit(&Plain(name));
        let stopped = outcome.stopped_by().unwrap();
        let text = stopped.to_string();
        assert!(
            text.contains(name) && text.contains("stopped_by.rs:") && text.ends_with("stopped the rest"),
            "{text}"
        );
        assert!(format!("{outcome:?}").contains(name));
        outcome.into_result().unwrap();
    }
    let outcome = bus.emit(&Plain("nobody"));
    assert_eq!((outcome.stopped(), outcome.stopped_by().is_none()), (None, true));
}

#[test]
fn a_closure_that_breaks_is_named_by_where_it_was_subscribed() {
    let bus = Bus::builder().build().unwrap();
    let guard = bus.subscribe(|_: &Plain| ControlFlow::Break(()));
    let (line, later) = (line!() - 1, bus.subscribe(|_: &Plain| panic!("not reached")));
    let check = |outcome: Outcome| {
        assert_eq!((outcome.ran(), outcome.unreached()), (6, 1));
        assert_eq!(by(&outcome), Some(("subscription", None)));
        let stopped = outcome.stopped_by().unwrap();
        assert_eq!((stopped.file(), stopped.line()), (file!(), line));
        assert!(stopped.handler().is_none());
    };
    assert_eq!(allocations(|| check(bus.emit(&Plain("nobody")))), 0);
    drop((guard, later));

    let _guard =
        bus.subscribe(|event: &Plain| ControlFlow::Break(StopReason::new(format!("not {}", event.0))));
    assert_eq!(bus.emit(&Plain("nobody")).stop_reason(), Some("not nobody"));
    let outcome = bus.emit(&Plain("a_plain"));
    assert_eq!(by(&outcome), Some(("a_plain", None)), "the first to break is told of");
    assert_eq!(outcome.unreached(), 5);
}

#[test]
fn failures_and_the_reason_to_reject_are_told_together() {
    let bus = Bus::builder().build().unwrap();
    for (fails, breaks, told) in [
        ("", "g_rejects", Some(("g_rejects", Some("out of stock")))),
        ("f_fails", "g_rejects", Some(("g_rejects", Some("out of stock")))),
        ("f_fails", "h_last", Some(("h_last", None))),
        ("f_fails", "single", Some(("single", None))),
        ("f_fails", "", None),
        ("", "", None),
    ] {
        let event = Asked { fails, breaks };
        let mut waits = std::pin::pin!(bus.emit_async(&event));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(outcome) = waits.as_mut().poll(&mut cx) else {
            panic!("it waits for nothing")
        };
        assert_eq!(by(&outcome), told);
        assert_eq!(outcome.is_ok(), fails.is_empty());
        assert_eq!(outcome.failures().len(), usize::from(!fails.is_empty()));
        assert_eq!(outcome.stopped().is_some(), told.is_some());
        let merged = outcome.merge(bus.emit(&Plain("a_plain")));
        assert_eq!(by(&merged), told.or(Some(("a_plain", None))));
        assert_eq!(merged.into_failures().len(), usize::from(!fails.is_empty()));
    }
}

#[test]
fn an_outcome_stays_two_words_and_goes_to_other_threads() {
    assert_eq!(size_of::<Outcome>(), 16);
    let outcome = events::dispatch(&Plain("d_second"));
    std::thread::spawn(move || assert_eq!(by(&outcome), Some(("d_second", None)))).join().unwrap();
}
