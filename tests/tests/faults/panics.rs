//! Foreign code that panics where one panic was caught already: errors and payloads, of handlers, of
//! batches, and of handlers of letters. None of it ends a
//! worker for good, loses an event, or keeps a key or a window.

use std::time::Duration;

use events::lane::{DeadLetter, Reason};
use events::prelude::*;

use crate::events::{
    Done, Job, Keyed, assert_alive, builder_with, bus, default_lane, drain, each_kind, figures,
};
use crate::support::{BombError, BombPayload, LONG, Log, MuteError, alone};

/// Sends a failing job with others after it, all taken in one batch, on a bus whose handler of letters does this.
fn check_hook(hook: impl Fn(&DeadLetter, &Bus) -> Done + Clone + Send + Sync + 'static) {
    each_kind(|lane| {
        let bus = builder_with(lane, hook.clone()).build().unwrap();
        let (lane, seen) = (default_lane(&bus), Log::new());
        lane.pause();
        for number in 0..100 {
            if number % 40 == 0 {
                bus.send(Job::failing()).unwrap();
            } else {
                bus.send(Keyed { key: number % 3, number, log: seen.clone() }).unwrap();
            }
        }
        lane.resume();
        drain(&bus);
        assert_eq!((figures(&bus), seen.len()), ((100, 97, 3, 0, 0), 97));
        assert_eq!((bus.dead_letters().len(), bus.dead_letters().failed_handlers()), (3, 3));
        assert_eq!(bus.dead_letters().resend_all(), 3);
        drain(&bus);
        assert_eq!(bus.dead_letters().failed_handlers(), 6);
        assert_alive(&bus);
    });
}

#[test]
fn an_error_of_a_handler_of_letters_that_panics_in_its_drop() {
    alone(|| check_hook(|_, _| Err(Box::new(BombError))));
}

#[test]
fn a_payload_of_a_handler_of_letters_that_panics_in_its_drop() {
    alone(|| check_hook(|_, _| BombPayload::throw()));
}

#[test]
fn an_error_of_a_handler_of_letters_that_panics_when_shown() {
    alone(|| check_hook(|_, _| Err(Box::new(MuteError))));
}

/// How a job fails, with the reason in its letter and a part of the text there.
type Failure = (fn() -> Done, Reason, &'static str);

fn failures() -> [Failure; 5] {
    [
        (|| Err(Box::new(BombError)), Reason::Failed, "bomb"),
        (|| Err(Box::new(MuteError)), Reason::Failed, ""),
        (|| BombPayload::throw(), Reason::Panicked, ""),
        (|| panic!("plainly"), Reason::Panicked, "plainly"),
        (|| Err("plainly".into()), Reason::Failed, "plainly"),
    ]
}

#[test]
fn whatever_a_handler_fails_with_is_a_dead_letter() {
    alone(|| {
        for (fail, reason, text) in failures() {
            each_kind(|lane| {
                let bus = bus(lane);
                for _ in 0..3 {
                    bus.send(Job::with(move |_| fail())).unwrap();
                }
                drain(&bus);
                assert_eq!(figures(&bus), (3, 0, 3, 0, 0));
                for letter in bus.dead_letters().list() {
                    assert_eq!((letter.reason, letter.has_event), (reason, true), "{letter}");
                    assert!(letter.attempts[0].error.contains(text), "{letter}");
                }
                assert_eq!(default_lane(&bus).worker_deaths(), 0);
                assert_alive(&bus);
            });
        }
    });
}

/// A handler with a key and retries.
#[event(key = 0)]
struct Retried(u64, Box<dyn Fn(u32) -> Done + Send + Sync>);

#[handler(retry(max = 2, backoff = "1ms..1ms"))]
fn run_retried(event: &Retried, cx: &Context) -> Done {
    (event.1)(cx.attempt())
}

#[test]
fn a_retry_whose_every_attempt_fails_badly_frees_its_key() {
    alone(|| {
        for (fail, reason, _) in failures() {
            each_kind(|lane| {
                let (bus, seen) = (bus(lane), Log::new());
                bus.send(Retried(5, Box::new(move |_| fail()))).unwrap();
                bus.send(Retried(5, Box::new(move |attempt| if attempt < 3 { fail() } else { Ok(()) })))
                    .unwrap();
                bus.send(Keyed { key: 5, number: 0, log: seen.clone() }).unwrap();
                drain(&bus);
                assert_eq!((figures(&bus), seen.len()), ((3, 2, 1, 0, 0), 1));
                let letter = &bus.dead_letters().list()[0];
                assert_eq!((letter.reason, letter.attempts.len()), (reason, 3), "{letter}");
                assert_alive(&bus);
            });
        }
    });
}

#[test]
fn a_last_retry_whose_letter_fails_badly_frees_its_key() {
    alone(|| {
        let hooks: [fn(&DeadLetter, &Bus) -> Done; 2] =
            [|_, _| Err(Box::new(BombError)), |_, _| BombPayload::throw()];
        for hook in hooks {
            each_kind(|lane| {
                let (bus, seen) = (builder_with(lane, hook).build().unwrap(), Log::new());
                bus.send(Retried(5, Box::new(|_| Err("declined".into())))).unwrap();
                bus.send(Keyed { key: 5, number: 0, log: seen.clone() }).unwrap();
                drain(&bus);
                assert_eq!((figures(&bus), seen.len()), ((2, 1, 1, 0, 0), 1));
                assert_alive(&bus);
            });
        }
    });
}

/// Rows that are written together, some of which cannot be.
#[event]
struct Row(Option<fn() -> Done>);

#[handler(batch(size = "4", linger = "1ms", split), retry(max = 2, backoff = "1ms..1ms"))]
fn store(rows: &[Row]) -> Done {
    rows.iter().find_map(|row| row.0).map_or(Ok(()), |fail| fail())
}

#[test]
fn a_batch_handler_that_fails_badly_ends_its_window() {
    alone(|| {
        for (fail, reason, _) in failures() {
            each_kind(|lane| {
                let bus = bus(lane);
                for number in 0..40 {
                    bus.send(Row((number == 0).then_some(fail))).unwrap();
                }
                drain(&bus);
                // The batch is split until the one row that fails is alone.
                assert_eq!(figures(&bus), (40, 39, 1, 0, 0));
                assert_eq!(bus.dead_letters().list()[0].reason, reason);
                for _ in 0..8 {
                    bus.send(Row(None)).unwrap();
                }
                drain(&bus);
                assert_alive(&bus);
            });
        }
    });
}

#[test]
fn a_batch_whose_letter_fails_badly_ends_its_window() {
    alone(|| {
        let hooks: [fn(&DeadLetter, &Bus) -> Done; 2] =
            [|_, _| Err(Box::new(BombError)), |_, _| BombPayload::throw()];
        for hook in hooks {
            each_kind(|lane| {
                let bus = builder_with(lane, hook).build().unwrap();
                for number in 0..40 {
                    bus.send(Row((number == 0).then_some((|| Err("declined".into())) as fn() -> Done)))
                        .unwrap();
                }
                drain(&bus);
                assert_eq!(figures(&bus), (40, 39, 1, 0, 0));
                assert_alive(&bus);
            });
        }
    });
}

#[test]
fn a_shutdown_among_such_failures_ends_in_time() {
    alone(|| {
        each_kind(|lane| {
            let bus = builder_with(lane, |_, _| Err(Box::new(BombError))).build().unwrap();
            default_lane(&bus).pause();
            for number in 0..100_usize {
                let (fail, ..) = failures()[number % 5];
                bus.send(Job::with(move |_| fail())).unwrap();
                bus.send(Row(Some(fail))).unwrap();
                bus.send(Retried(number as u64 % 3, Box::new(move |_| fail()))).unwrap();
            }
            let report = bus.shutdown(LONG);
            assert!(report.is_clean() && report.took < LONG - Duration::from_secs(1), "{report}");
            assert_eq!(figures(&bus), (300, 0, 300, 0, 0));
        });
    });
}
