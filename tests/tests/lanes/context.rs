//! What travels with a sent event.

use std::sync::Arc;
use std::time::{Duration, Instant};

use events::context::{Canceller, TraceContext};
use events::lane::Reason;
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, LONG, Log, account, bus, default_lane, drain, lane};

#[test]
fn trace_and_deadline_reach_the_handler() {
    let trace: TraceContext = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap();
    let (bus, seen, to) = (bus(lane()), Log::new(), Log::new());
    let deadline = Instant::now() + LONG;
    let cx = Context::new().with_trace(trace).with_deadline(deadline);
    let (inner, also) = (seen.clone(), to.clone());
    let job = move |cx: &Context| {
        inner.push((cx.trace().map(ToString::to_string), cx.deadline(), cx.attempt()));
        also.push(());
        Ok(())
    };
    bus.send_with(Job(Box::new(job)), &cx).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), [(Some(trace.to_string()), Some(deadline), 1)]);
    assert_eq!(to.len(), 1);
}

#[test]
fn metadata_reaches_every_attempt_and_what_is_sent_again_by_hand() {
    let (bus, seen) = (bus(lane()), Log::new());
    let cx = Context::new().with_meta("tenant", "acme").with_timeout(LONG);
    let inner = seen.clone();
    let keyed = Keyed::with(1, move |cx| {
        inner.push((cx.attempt(), cx.meta("tenant").map(str::to_owned)));
        Err("again".to_owned())
    });
    bus.send_with(keyed, &cx).unwrap();
    drop(cx);
    drain(&bus);
    let letters = bus.dead_letters().list();
    bus.dead_letters().resend(letters[0].id).unwrap();
    drain(&bus);
    let seen = seen.get();
    assert!(seen.len() > 2 && seen.iter().filter(|(attempt, _)| *attempt == 1).count() == 2, "{seen:?}");
    assert!(seen.iter().all(|(_, tenant)| tenant.as_deref() == Some("acme")), "{seen:?}");
}

#[test]
fn an_event_whose_deadline_passed_is_not_handled() {
    let (bus, seen) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    let cx = Context::new().with_deadline(Instant::now());
    let later = Context::new().with_timeout(LONG);
    for (number, cx) in [(1, &cx), (2, &later)] {
        let seen = seen.clone();
        bus.send_with(Job::new(move || seen.push(number)), cx).unwrap();
    }
    lane.resume();
    drain(&bus);
    assert_eq!(seen.get(), [2]);
    assert_eq!(account(&bus), (1, 1, 0, 0));
    let letters = bus.dead_letters().list();
    assert_eq!((letters[0].reason, letters[0].handler.is_none()), (Reason::Expired, true));
    assert!(letters[0].attempts.is_empty());

    // By hand it is tried once more, without its limits.
    bus.dead_letters().resend(letters[0].id).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), [2, 1]);
    assert_eq!(account(&bus), (2, 1, 0, 0));
}

#[test]
fn a_cancelled_event_is_not_handled_also_through_a_parent() {
    let (bus, seen) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    let parent = Canceller::new();
    let (child, own) = (parent.token().child(), Canceller::new());
    for (number, token) in [(1, child.token()), (2, own.token())] {
        let seen = seen.clone();
        bus.send_with(Job::new(move || seen.push(number)), &Context::new().with_cancel(token)).unwrap();
    }
    parent.cancel();
    lane.resume();
    drain(&bus);
    assert_eq!(seen.get(), [2]);
    let letters = bus.dead_letters().list();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, Reason::Cancelled);
}

#[event]
struct InTwo(Canceller, std::sync::Arc<Log<&'static str>>);

#[handler(priority = 1)]
fn first(event: &InTwo) {
    event.1.push("first");
    event.0.cancel();
}

#[handler]
fn second(event: &InTwo) {
    event.1.push("second");
}

#[test]
fn cancelled_between_two_handlers_the_second_does_not_run() {
    let (bus, seen, canceller) = (bus(lane()), Log::new(), Canceller::new());
    let cx = Context::new().with_cancel(canceller.token());
    bus.send_with(InTwo(canceller, seen.clone()), &cx).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), ["first"]);
    assert_eq!(account(&bus), (0, 1, 0, 0));
    assert_eq!(bus.dead_letters().list()[0].reason, Reason::Cancelled);
}

#[test]
fn cancelled_while_it_waits_for_a_retry_it_is_given_up() {
    let (bus, canceller, seen) = (bus(lane()), Canceller::new(), Log::new());
    let cx = Context::new().with_cancel(canceller.token());
    let log = seen.clone();
    let run = move |cx: &Context| {
        log.push(cx.attempt());
        canceller.cancel();
        Err("not now".to_owned())
    };
    bus.send_with(Keyed::with(1, run), &cx).unwrap();
    let after = seen.clone();
    bus.send(Keyed::new(1, move || after.push(100))).unwrap();
    drain(&bus);
    // What failed is told as well as that it was cancelled before it was tried again.
    assert_eq!(seen.get(), [1, 100]);
    let letters = bus.dead_letters().list();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].reason, letters[0].attempts.len()), (Reason::Cancelled, 1));
    assert_eq!(account(&bus), (1, 1, 0, 0));
}

#[test]
fn expired_while_its_key_is_taken_it_is_not_handled() {
    let (bus, gate, seen, canceller) = (bus(lane().workers(2)), Gate::new(), Log::new(), Canceller::new());
    let at_gate = gate.clone();
    bus.send(Keyed::new(1, move || at_gate.pass())).unwrap();
    gate.wait_for(1);
    let log = seen.clone();
    bus.send_with(Keyed::new(1, move || log.push(())), &Context::new().with_cancel(canceller.token()))
        .unwrap();
    canceller.cancel();
    gate.open();
    drain(&bus);
    assert_eq!(seen.len(), 0);
    assert_eq!(account(&bus), (1, 1, 0, 0));
}

#[test]
fn a_context_of_its_own_does_not_outlive_the_event() {
    let (bus, canceller) = (bus(lane()), Canceller::new());
    for _ in 0..100 {
        bus.send_with(Job::new(|| ()), &Context::new().with_cancel(canceller.token())).unwrap();
        bus.send(Job(Box::new(|cx| {
            assert!(cx.cancel_token().is_none() && cx.deadline().is_none());
            Ok(())
        })))
        .unwrap();
    }
    let late = Context::new().with_timeout(Duration::from_secs(3600));
    bus.send_with(
        Job(Box::new(|cx| if cx.cancel_token().is_none() { Ok(()) } else { Err("another's".into()) })),
        &late,
    )
    .unwrap();
    drain(&bus);
    assert_eq!(account(&bus), (201, 0, 0, 0));
}

#[event]
struct Located(Arc<Log<Option<u32>>>);

#[handler]
fn where_from(event: &Located, cx: &Context) {
    event.0.push(cx.location().map(|location| location.line()));
}

#[test]
fn a_context_that_travels_says_where_its_event_was_sent() {
    let (bus, seen) = (bus(lane()), Log::new());
    let line = line!();
    bus.send_with(Located(seen.clone()), &Context::new()).unwrap();
    bus.send_after_with(Located(seen.clone()), Duration::ZERO, &Context::new()).unwrap();
    bus.to("default").send_with(Located(seen.clone()), &Context::new()).unwrap();
    bus.send(Located(seen.clone())).unwrap();
    drain(&bus);
    let mut seen = seen.get();
    seen.sort_unstable();
    assert_eq!(seen, [None, Some(line + 1), Some(line + 2), Some(line + 3)]);
}

#[test]
fn who_sends_on_keeps_where_it_began() {
    let (bus, seen) = (bus(lane()), Log::new());
    let line = line!();
    let cx = Context::new().with_location(std::panic::Location::caller());
    bus.send_with(Located(seen.clone()), &cx).unwrap();
    drain(&bus);
    assert_eq!(seen.get(), [Some(line + 1)]);
}
