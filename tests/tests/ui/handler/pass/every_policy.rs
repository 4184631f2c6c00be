//! What a handler may ask of its lane, in all forms, and what becomes of it.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::time::Duration;

use events::handler::{Batch, Breaker, HandlerMeta, Jitter, Policy, Retry};
use events::lane::LaneConfig;
use events::prelude::*;

#[event(lane = "payments", urgency = "low", key = id)]
struct Paid {
    id: u64,
}

#[event(async)]
struct Sent;

#[handler(retry(max = 5, backoff = "10ms..1s"), timeout = "200ms", breaker(failures = 20, cool_down = "5s"))]
fn all(_: &Paid) {}

#[handler(retry(max = 1), breaker(failures = 3,))]
fn defaults(_: &Paid) {}

#[handler(retry(backoff = "1.5ms", max = 0x10), timeout = "2h", priority = 3, when = |paid| paid.id > 0)]
fn constant(_: &Paid, _: &Context) -> Result<(), String> {
    Ok(())
}

#[handler(batch)]
fn batch(paid: &[Paid]) {
    assert_eq!(paid.len(), 1);
}

#[handler(batch())]
fn batch_with_empty_brackets(_: &[Paid]) -> Result<(), std::fmt::Error> {
    Ok(())
}

#[handler(batch(size = "1..10", linger = "500us..1m", split), retry(max = 2), timeout = "3ns")]
fn batch_of_ten(_: &[Paid], _: &Context) {}

#[handler(batch(size = "100", linger = "1s"))]
async fn batch_without_a_queue(sent: &[Sent], _: &Context) -> Result<(), String> {
    std::future::ready(()).await;
    if sent.len() == 1 { Ok(()) } else { Err(format!("{} events", sent.len())) }
}

#[derive(Debug)]
enum Refused {
    Busy,
    Invalid(u64),
}

impl Refused {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refused {}

#[event(unhandled = "allow")]
struct Charged {
    cents: u64,
}

fn answer(cents: u64) -> Result<(), Refused> {
    match cents {
        0 => Err(Refused::Invalid(cents)),
        1 => Err(Refused::Busy),
        _ => Ok(()),
    }
}

#[handler(retry(max = 5, jitter = "full", when = |error| error.is_transient()))]
fn closure(charged: &Charged) -> Result<(), Refused> {
    answer(charged.cents)
}

#[handler(retry(max = 5, jitter = "equal", when = Refused::is_transient), when = |charged| charged.cents < 9)]
fn path(charged: &Charged, _: &Context) -> Result<(), Refused> {
    answer(charged.cents)
}

#[handler(batch, retry(when = |error: &Refused| { let error: &Refused = error; error.is_transient() }, jitter = false, max = 5,))]
fn slice(charged: &[Charged]) -> Result<(), Refused> {
    charged.iter().try_for_each(|charged| answer(charged.cents))
}

#[handler(retry(max = 5, when = |error| error.contains("busy")))]
fn text(charged: &Charged) -> Result<(), String> {
    answer(charged.cents).map_err(|error| if error.is_transient() { "busy".into() } else { "invalid".into() })
}

struct Till;

#[handlers]
impl Till {
    fn is_busy(refused: &Refused) -> bool {
        refused.is_transient()
    }

    #[handler(retry(max = 1, when = Self::is_busy))]
    fn charge(&self, charged: &Charged) -> Result<(), Refused> {
        answer(charged.cents)
    }

    #[handler(retry(max = 1, when = |refused: &Refused| Self::is_busy(refused)))]
    fn charge_again(&self, charged: &Charged) -> Result<(), Refused> {
        answer(charged.cents)
    }
}

#[handlers]
mod group {
    use super::{Charged, Refused, answer, handler};

    #[handler(retry(max = 1, when = Refused::is_transient))]
    fn in_a_module(charged: &Charged) -> Result<(), Refused> {
        answer(charged.cents)
    }
}

#[event(async)]
struct Booked;

#[handler(retry(max = 1, when = |refused| refused.is_transient()))]
async fn book(_: &Booked) -> Result<(), Refused> {
    std::future::ready(answer(0)).await
}

fn conditions() {
    let bus = Bus::builder().lane(LaneConfig::new("payments")).state(Till).build().unwrap();
    for (cents, retryable) in [(0, false), (1, true)] {
        let failures = bus.emit(&Charged { cents }).into_failures();
        assert_eq!(failures.len(), 7);
        assert!(failures.iter().all(|failure| failure.is_retryable() == retryable), "{failures:?}");
    }
    assert!(bus.emit(&Charged { cents: 7 }).is_ok());

    let retry = |name| policy(name).retry.unwrap();
    assert_eq!(retry("closure").condition, Some("|error| error.is_transient()"));
    assert_eq!(retry("path").condition, Some("Refused::is_transient"));
    assert_eq!(retry("closure").jitter, Jitter::Full);
    assert_eq!(retry("slice").jitter, Jitter::None);
    assert_eq!(retry("text").jitter, Jitter::Equal);

    let mut book = std::pin::pin!(bus.emit_async(&Booked));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(booked) = book.as_mut().poll(&mut cx) else { panic!("it waits for nothing") };
    assert!(!booked.failures()[0].is_retryable());
}

fn meta(name: &str) -> &'static HandlerMeta {
    let full = format!("{}::{name}", module_path!());
    events::registry().handlers().find(|handler| handler.path == full).unwrap()
}

fn policy(name: &str) -> Policy {
    meta(name).policy
}

fn main() {
    let (ms, s) = (Duration::from_millis, Duration::from_secs);
    let all = Policy::NONE
        .retry(Retry::new(5).backoff(ms(10), s(1)))
        .timeout(ms(200))
        .breaker(Breaker::new(20).cool_down(s(5)));
    assert_eq!(policy("all"), all);
    assert_eq!(policy("defaults").retry, Some(Retry::new(1).backoff(ms(10), s(1)).jitter(Jitter::Equal)));
    assert_eq!(policy("defaults").breaker, Some(Breaker::new(3).cool_down(s(5))));
    let wait = Duration::from_micros(1500);
    assert_eq!(policy("constant").retry, Some(Retry::new(16).backoff(wait, wait)));
    assert_eq!(policy("constant").timeout, Some(s(7200)));
    assert_eq!((meta("constant").priority, meta("constant").condition.is_some()), (3, true));

    let batch = policy("batch").batch.unwrap();
    assert_eq!((batch.min_size, batch.max_size, batch.split), (64, 1024, false));
    assert_eq!((batch.min_linger, batch.max_linger), (ms(5), ms(12)));
    assert_eq!(policy("batch"), Policy::NONE.batch(Batch::new()));
    assert_eq!(policy("batch_with_empty_brackets"), policy("batch"));
    let ten = Batch::new().size(1, 10).linger(Duration::from_micros(500), s(60)).split();
    let ten = Policy::NONE.batch(ten).retry(Retry::new(2)).timeout(Duration::from_nanos(3));
    assert_eq!(policy("batch_of_ten"), ten);
    let fixed = Batch::new().size(100, 100).linger(s(1), s(1));
    assert_eq!(policy("batch_without_a_queue"), Policy::NONE.batch(fixed));

    let outcome = events::dispatch(&Paid { id: 7 });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 6);
    let _ = events::dispatch_async(&Sent);
    conditions();
}
