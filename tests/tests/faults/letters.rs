//! Handlers of dead letters that cause further dead letters. Such a letter is kept and counted, and tells nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use events::lane::{DeadLetter, LaneConfig, Overflow, Reason, SendErrorKind};
use events::prelude::*;

use crate::events::{
    Alert, AsyncJob, Job, Nobody, Noted, assert_alive, builder_with, bus, default_lane, drain, each_kind,
    figures, lane,
};
use crate::support::{Gate, LONG, Log, alone, until};

/// Sends an alert for each dead letter, and counts them.
fn alerting(
    told: &Arc<AtomicU64>,
    gate: &Arc<Gate>,
) -> impl Fn(&DeadLetter, &Bus) -> crate::events::Done + use<> {
    let (told, gate) = (told.clone(), gate.clone());
    move |_, bus| {
        told.fetch_add(1, Ordering::SeqCst);
        let gate = gate.clone();
        bus.send(Alert::new(move || gate.pass()))?;
        Ok(())
    }
}

fn with_alerts(
    overflow: Overflow,
    hook: impl Fn(&DeadLetter, &Bus) -> crate::events::Done + Send + Sync + 'static,
) -> Bus {
    let alerts = LaneConfig::new("alerts").capacity(8).overflow(overflow);
    let builder = Bus::builder().lane(lane()).lane(alerts);
    builder.state(crate::events::OnLetter::new(hook)).build().unwrap()
}

fn check_full_lane(overflow: Overflow, reason: Reason) {
    let (told, gate) = (Arc::new(AtomicU64::new(0)), Gate::new());
    let bus = with_alerts(overflow, alerting(&told, &gate));
    bus.lane("alerts").unwrap().pause();
    for _ in 0..20 {
        bus.send(Job::failing()).unwrap();
    }
    until("all orders are dead letters", || told.load(Ordering::SeqCst) >= 20);
    gate.open();
    bus.lane("alerts").unwrap().resume();
    drain(&bus);
    assert_eq!(told.load(Ordering::SeqCst), 20, "only the letters of orders are told");
    let letters = bus.dead_letters().list();
    let of = |reason| letters.iter().filter(|letter| letter.reason == reason).count();
    // Twenty alerts, and room for eight of them.
    assert_eq!((of(Reason::Failed), of(reason), letters.len()), (20, 12, 32));
    assert_eq!((bus.dead_letters().evicted(), bus.dead_letters().failed_handlers()), (0, 0));
    assert_eq!(figures(&bus), (40, 8, 32, 0, 0));
    assert!(bus.shutdown(LONG).is_clean());
}

#[test]
fn an_alert_for_a_full_lane_that_drops_the_newest() {
    alone(|| check_full_lane(Overflow::DropNewest, Reason::DroppedNewest));
}

#[test]
fn an_alert_for_a_full_lane_that_drops_the_oldest() {
    alone(|| check_full_lane(Overflow::DropOldest, Reason::DroppedOldest));
}

#[test]
fn an_alert_for_a_full_lane_that_rejects() {
    alone(|| {
        let (told, gate) = (Arc::new(AtomicU64::new(0)), Gate::new());
        let bus = with_alerts(Overflow::Reject, alerting(&told, &gate));
        bus.lane("alerts").unwrap().pause();
        for _ in 0..20 {
            bus.send(Job::failing()).unwrap();
        }
        until("all orders are dead letters", || told.load(Ordering::SeqCst) >= 20);
        gate.open();
        bus.lane("alerts").unwrap().resume();
        drain(&bus);
        assert_eq!((bus.dead_letters().len(), bus.dead_letters().failed_handlers()), (20, 12));
        assert_eq!(figures(&bus), (40, 8, 20, 12, 0));
    });
}

#[test]
fn an_alert_that_nobody_handles() {
    alone(|| {
        each_kind(|lane| {
            let told = Arc::new(AtomicU64::new(0));
            let count = told.clone();
            let bus = builder_with(lane, move |_, bus| {
                count.fetch_add(1, Ordering::SeqCst);
                bus.send(Nobody)?;
                Ok(())
            })
            .build()
            .unwrap();
            bus.send(Nobody).unwrap();
            drain(&bus);
            // The first one is told, and the one that it causes is not.
            assert_eq!((told.load(Ordering::SeqCst), bus.dead_letters().len()), (1, 2));
            assert_eq!(figures(&bus), (2, 0, 2, 0, 0));
            assert_alive(&bus);
        });
    });
}

#[test]
fn an_alert_whose_handler_fails() {
    alone(|| {
        each_kind(|lane| {
            let told = Arc::new(AtomicU64::new(0));
            let count = told.clone();
            let bus = builder_with(lane, move |_, bus| {
                count.fetch_add(1, Ordering::SeqCst);
                bus.send(Job::failing())?;
                Ok(())
            })
            .build()
            .unwrap();
            for _ in 0..3 {
                bus.send(Job::failing()).unwrap();
            }
            drain(&bus);
            assert_eq!((told.load(Ordering::SeqCst), bus.dead_letters().len()), (3, 6));
            assert_eq!(figures(&bus), (6, 0, 6, 0, 0));
            assert_alive(&bus);
        });
    });
}

#[test]
fn what_an_alert_causes_in_two_steps_is_caused_by_it_as_well() {
    alone(|| {
        let told = Arc::new(AtomicU64::new(0));
        let count = told.clone();
        let bus = builder_with(lane(), move |_, bus| {
            count.fetch_add(1, Ordering::SeqCst);
            bus.send(Job::with(|bus| {
                bus.send(Job::failing())?;
                Ok(())
            }))?;
            Ok(())
        })
        .build()
        .unwrap();
        bus.send(Job::failing()).unwrap();
        assert!(bus.drain(LONG), "a storm: {}", bus.account());
        assert!(bus.dead_letters().len() <= 2, "{}", bus.account());
        assert!(told.load(Ordering::SeqCst) <= 2);
    });
}

#[test]
fn an_alert_by_an_emit_that_fails_tells_the_handler_alone() {
    alone(|| {
        // An emit makes no letter: what fails there is in its outcome.
        let bus =
            builder_with(lane(), |_, bus| Ok(bus.emit(&Job::failing()).into_result()?)).build().unwrap();
        bus.send(Job::failing()).unwrap();
        drain(&bus);
        assert_eq!((bus.dead_letters().len(), bus.dead_letters().failed_handlers()), (1, 1));
        assert_alive(&bus);
    });
}

#[test]
fn recordings_of_letters_see_what_handlers_see() {
    alone(|| {
        let bus = builder_with(lane(), |_, bus| Ok(bus.send(Nobody)?)).build().unwrap();
        let recorded = events::testing::record::<DeadLetter>(&bus);
        bus.send(Nobody).unwrap();
        drain(&bus);
        assert_eq!((recorded.len(), bus.dead_letters().len()), (1, 2));
    });
}

#[test]
fn letters_of_others_are_told_while_one_is_told() {
    alone(|| {
        // Two workers give up at once: neither letter is caused by the other.
        let (gate, told) = (Gate::new(), Arc::new(AtomicU64::new(0)));
        let (at_gate, count) = (gate.clone(), told.clone());
        let bus = builder_with(lane().workers(2), move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            at_gate.pass();
            Ok(())
        })
        .build()
        .unwrap();
        bus.send(Job::failing()).unwrap();
        bus.send(Job::failing()).unwrap();
        gate.wait_for(2);
        gate.open();
        drain(&bus);
        assert_eq!((told.load(Ordering::SeqCst), bus.dead_letters().len()), (2, 2));
    });
}

#[test]
fn a_handler_of_letters_that_panics_is_counted() {
    alone(|| {
        each_kind(|lane| {
            let bus = builder_with(lane, |_, _| panic!("in a handler of letters")).build().unwrap();
            for _ in 0..3 {
                bus.send(Job::failing()).unwrap();
            }
            drain(&bus);
            assert_eq!((bus.dead_letters().len(), bus.dead_letters().failed_handlers()), (3, 3));
            assert_eq!(default_lane(&bus).worker_deaths(), 0);
            assert_alive(&bus);
        });
    });
}

#[test]
fn a_send_refused_for_want_of_a_runtime_counts() {
    alone(|| {
        let bus = bus(lane());
        let error = bus.send(AsyncJob::new(|| async {})).unwrap_err();
        assert_eq!(error.kind, SendErrorKind::NeedsRuntime);
        assert_eq!(figures(&bus), (1, 0, 0, 1, 0));
        let error = bus.send_batch([AsyncJob::new(|| async {}), AsyncJob::new(|| async {})]).unwrap_err();
        assert_eq!((error.kind, error.unsent.len()), (SendErrorKind::NeedsRuntime, 2));
        assert_eq!(figures(&bus), (3, 0, 0, 3, 0));
        bus.send(Noted(0, Log::new())).unwrap();
        drain(&bus);
        assert_eq!(figures(&bus), (4, 1, 0, 3, 0));
        let report = bus.shutdown(LONG);
        assert_eq!((report.account.sent, report.account.rejected), (4, 3));
    });
}

#[test]
fn letters_are_handled_by_async_handlers() {
    // A program of its own, for this one would not compile if that did not.
    trybuild::TestCases::new().pass("tests/faults/programs/async_letter.rs");
}
