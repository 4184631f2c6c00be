//! After the end nothing begins, and nothing that is counted changes. Handles to look at things do not put it off.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use events::lane::{DeadLetter, LaneConfig, Mark, Reason, SendErrorKind};
use events::prelude::*;

use crate::events::{Job, Noted, bus, figures, lane};
use crate::support::{Gate, LONG, Log, alone};

const SHORT: Duration = Duration::from_millis(20);

/// Counts the letters that it is called with, and says how it went.
fn counting(bus: &Bus, outcome: Result<(), &'static str>) -> Arc<AtomicU64> {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = calls.clone();
    let count = move |_: &DeadLetter| {
        counted.fetch_add(1, Ordering::SeqCst);
        outcome
    };
    bus.subscribe(count).detach();
    calls
}

#[test]
fn a_message_that_fails_after_the_end_calls_no_handler_of_letters() {
    alone(|| {
        let (bus, gate) = (bus(lane().workers(0)), Gate::new());
        let (calls, at_gate) = (counting(&bus, Ok(())), gate.clone());
        bus.send(Job::trying(move |bus| {
            at_gate.pass();
            let error = bus.send(Noted(1, Log::new())).unwrap_err();
            assert_eq!(error.kind, SendErrorKind::Closed);
            Err("declined".into())
        }))
        .unwrap();
        let runner = thread::spawn({
            let bus = bus.clone();
            move || bus.run_pending()
        });
        gate.wait_for(1);
        let report = bus.shutdown(SHORT);
        assert_eq!(report.account.left, 1, "{report}");
        gate.open();
        runner.join().unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn a_message_that_a_worker_took_when_the_lane_ended_does_not_begin() {
    alone(|| {
        for workers in [1, 2] {
            let (seen, gate) = (Log::new(), Gate::new());
            // The worker that crosses the mark has taken messages, and has begun none of them.
            let (at_gate, once) = (gate.clone(), AtomicBool::new(false));
            let bus = bus(lane().workers(workers).capacity(100).watermarks(2, 5, move |mark| {
                if mark.mark == Mark::Low && !once.swap(true, Ordering::SeqCst) {
                    at_gate.pass();
                }
            }));
            let handle = bus.lane(LaneConfig::DEFAULT).unwrap();
            handle.pause();
            for number in 0..5 {
                bus.send(Noted(number, seen.clone())).unwrap();
            }
            handle.resume();
            gate.wait_for(1);
            let report = bus.shutdown(SHORT);
            let begun = seen.len();
            gate.open();
            drop(handle);
            drop(bus);
            // A handler that ran when the time was up may end.
            let most = begun + report.running.len();
            assert!((begun..=most).contains(&seen.len()), "with {workers} workers: {report}");
            assert_eq!(report.account.handled + report.account.left, 5, "{report}");
        }
    });
}

#[test]
fn handles_of_a_lane_and_of_letters_do_not_keep_a_bus_open() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        let (handle, letters) = (bus.lane(LaneConfig::DEFAULT).unwrap(), bus.dead_letters());
        handle.pause();
        bus.send(Job::failing()).unwrap();
        bus.send(Noted(1, seen.clone())).unwrap();
        drop(bus);
        assert_eq!(seen.get(), [1], "the drop has waited, though both handles are there");
        assert_eq!(handle.account().handled, 1);
        assert_eq!(letters.list()[0].reason, Reason::Failed);
    });
}

#[test]
fn a_letter_of_which_all_handlers_failed_is_unseen() {
    alone(|| {
        for (outcome, unseen) in [(Ok(()), 0), (Err("declined"), 1)] {
            let bus = bus(lane());
            let calls = counting(&bus, outcome);
            bus.send(Job::failing()).unwrap();
            let report = bus.shutdown(LONG);
            assert_eq!(calls.load(Ordering::SeqCst), 1);
            assert_eq!(report.unseen_letters.len(), unseen, "{report}");
            assert_eq!((report.is_clean(), report.needs_attention()), (true, unseen > 0), "{report}");
            assert_eq!(figures(report.account), (1, 0, 1, 0, 0));
        }
    });
}

#[test]
fn a_handler_that_reads_a_letter_and_fails_leaves_it_unseen() {
    alone(|| {
        let bus = bus(lane());
        let letters = bus.dead_letters();
        bus.subscribe(move |letter: &DeadLetter| {
            assert_eq!(letters.list().len(), 1);
            letters.with_event(letter.id, |_: &Job| Err("declined")).unwrap()
        })
        .detach();
        bus.send(Job::failing()).unwrap();
        let report = bus.shutdown(LONG);
        assert_eq!(report.unseen_letters.len(), 1, "{report}");
    });
}

#[test]
fn to_list_the_letters_shows_none_of_those_that_were_evicted() {
    alone(|| {
        let bus = crate::events::builder(lane()).dead_letter_capacity(1).build().unwrap();
        for _ in 0..3 {
            bus.send(Job::failing()).unwrap();
        }
        assert!(bus.drain(LONG));
        assert_eq!(bus.dead_letters().list().len(), 1);
        let report = bus.shutdown(LONG);
        assert_eq!(report.unseen_letters.iter().map(|letters| letters.count).sum::<u64>(), 2, "{report}");
    });
}

#[test]
fn a_letter_of_which_the_end_kept_some_handlers_is_unseen() {
    alone(|| {
        let (bus, inner) = (bus(lane()), Arc::new(Mutex::new(None::<Bus>)));
        let (of_handler, of_job, gate) = (inner.clone(), inner.clone(), Gate::new());
        let at_gate = gate.clone();
        bus.subscribe(move |_: &DeadLetter| {
            at_gate.pass();
            let is_over = || {
                let bus = of_handler.lock().unwrap();
                let sent = bus.as_ref().unwrap().try_send(Noted(1, Log::new()));
                sent.is_err_and(|error| error.kind == SendErrorKind::Closed)
            };
            while !is_over() {
                thread::yield_now();
            }
        })
        .detach();
        let calls = counting(&bus, Ok(()));
        bus.send(Job::trying(move |bus| {
            *of_job.lock().unwrap() = Some(bus);
            Err("declined".into())
        }))
        .unwrap();
        gate.wait_for(1);
        gate.open();
        let report = bus.shutdown(SHORT);
        assert_eq!(calls.load(Ordering::SeqCst), 0, "nothing begins after the end");
        assert_eq!(report.unseen_letters.len(), 1, "{report}");
        // The bus keeps the letter, and the letter what it was sent with.
        inner.lock().unwrap().take();
    });
}
