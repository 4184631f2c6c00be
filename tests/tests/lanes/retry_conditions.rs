//! Only some errors are retried: `retry(when = ..)`.

use std::fmt;
use std::sync::Arc;

use events::lane::Reason;
use events::prelude::*;

use crate::support::{Log, account, bus, default_lane, drain, lane};

/// How a call to another service ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Refused {
    Busy,
    Invalid,
}

impl Refused {
    fn is_transient(&self) -> bool {
        *self == Self::Busy
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refused {}

/// What the attempts of its handler end in, the last one for all that follow.
#[event]
struct Call {
    answers: Vec<Result<(), Refused>>,
    attempts: Arc<Log<u32>>,
}

#[handler(retry(max = 3, backoff = "1ms", jitter = false, when = Refused::is_transient))]
fn call(call: &Call, cx: &Context) -> Result<(), Refused> {
    call.attempts.push(cx.attempt());
    *call.answers.get(cx.attempt() as usize - 1).or(call.answers.last()).unwrap()
}

#[test]
fn an_error_for_which_the_condition_does_not_hold_is_final() {
    let attempts = |answers: &[Result<(), Refused>]| {
        let (bus, attempts) = (bus(lane()), Log::new());
        bus.send(Call { answers: answers.to_vec(), attempts: attempts.clone() }).unwrap();
        drain(&bus);
        let letters: Vec<_> =
            bus.dead_letters().list().into_iter().map(|letter| letter.attempts.len()).collect();
        assert_eq!(account(&bus).1, letters.len() as u64);
        (attempts.get(), letters)
    };
    let (busy, invalid) = (Err(Refused::Busy), Err(Refused::Invalid));
    assert_eq!(attempts(&[invalid]), (vec![1], vec![1]));
    assert_eq!(attempts(&[busy]), (vec![1, 2, 3, 4], vec![4]), "retried as often as `max` says");
    assert_eq!(attempts(&[busy, busy, invalid]), (vec![1, 2, 3], vec![3]), "asked after each attempt");
    assert_eq!(attempts(&[busy, Ok(())]), (vec![1, 2], vec![]));
}

/// Whether its condition panics, or its handler.
#[event]
struct Bomb(bool, Arc<Log<u32>>);

#[handler(retry(max = 2, backoff = "1ms", when = |text| { assert!(text != "panic", "asked"); false }))]
fn explode(bomb: &Bomb, cx: &Context) -> Result<(), String> {
    bomb.1.push(cx.attempt());
    assert!(bomb.0, "exploded");
    Err("panic".to_owned())
}

#[test]
fn a_panic_is_retried_whether_of_the_handler_or_of_its_condition() {
    for (of_condition, message) in [(true, "asked"), (false, "exploded")] {
        let (bus, attempts) = (bus(lane()), Log::new());
        bus.send(Bomb(of_condition, attempts.clone())).unwrap();
        drain(&bus);
        assert_eq!(attempts.get(), [1, 2, 3]);
        let letters = bus.dead_letters().list();
        assert_eq!((letters.len(), letters[0].reason), (1, Reason::Panicked));
        assert!(letters[0].attempts[2].error.contains(message), "{letters:?}");
    }
}

#[event]
struct Row(Result<(), Refused>, Arc<Log<usize>>);

#[handler(batch(size = "4", linger = "1ms"), retry(max = 2, backoff = "1ms", when = |error| error.is_transient()))]
fn store(rows: &[Row]) -> Result<(), Refused> {
    rows[0].1.push(rows.len());
    rows.iter().try_for_each(|row| row.0)
}

/// Sends rows with these answers in one batch. Returns how long the batches were, and how many rows became dead letters.
fn batches<E: Send + Sync + 'static + Event>(
    make: impl Fn(Result<(), Refused>, Arc<Log<usize>>) -> E,
    answers: &[Result<(), Refused>],
) -> (Vec<usize>, u64) {
    let (bus, sizes) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    bus.send_batch(answers.iter().map(|&answer| make(answer, sizes.clone()))).unwrap();
    lane.resume();
    drain(&bus);
    (sizes.get(), account(&bus).1)
}

#[test]
fn a_batchs_error_is_asked_about_once_for_the_whole() {
    let (ok, busy, invalid) = (Ok(()), Err(Refused::Busy), Err(Refused::Invalid));
    assert_eq!(batches(Row, &[ok, ok, invalid, ok]), (vec![4], 4));
    assert_eq!(batches(Row, &[ok, ok, busy, ok]), (vec![4, 4, 4], 4));
}

#[event]
struct SplitRow(Result<(), Refused>, Arc<Log<usize>>);

#[handler(batch(size = "4", linger = "1ms", split), retry(max = 2, backoff = "1ms", when = |error| error.is_transient()))]
fn store_split(rows: &[SplitRow]) -> Result<(), Refused> {
    rows[0].1.push(rows.len());
    rows.iter().try_for_each(|row| row.0)
}

#[test]
fn a_batch_is_split_whatever_the_error_and_what_fails_alone_is_asked_about() {
    let (ok, busy, invalid) = (Ok(()), Err(Refused::Busy), Err(Refused::Invalid));
    assert_eq!(batches(SplitRow, &[ok, ok, invalid, ok]), (vec![4, 2, 2, 1, 1], 1));
    assert_eq!(batches(SplitRow, &[ok, ok, ok, busy]), (vec![4, 2, 2, 1, 1, 1, 1], 1));
}
