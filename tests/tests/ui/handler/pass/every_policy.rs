//! What a handler may ask of its lane, in all forms, and what becomes of it.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::time::Duration;

use events::handler::{Batch, Breaker, HandlerMeta, Policy, Retry};
use events::prelude::*;

#[event(lane = "payments", urgency = "low", key = id)]
struct Paid {
    id: u64,
}

#[event(async)]
struct Sent;

#[handler(retry(max = 5, backoff = "10ms..1s"), timeout = "200ms", breaker(failures = 20, cool_down = "5s"))]
fn all(_: &Paid) {}

#[handler(retry(max = 1), breaker(failures = 3,),)]
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

#[handler(batch(size = "1..10", patience = "500us..1m", split), retry(max = 2), timeout = "3ns")]
fn batch_of_ten(_: &[Paid], _: &Context) {}

#[handler(batch(size = "100", patience = "1s"))]
async fn batch_without_a_queue(sent: &[Sent], _: &Context) -> Result<(), String> {
    std::future::ready(()).await;
    if sent.len() == 1 { Ok(()) } else { Err(format!("{} events", sent.len())) }
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
        .retry(Retry { max: 5, min: ms(10), cap: s(1) })
        .timeout(ms(200))
        .breaker(Breaker { failures: 20, cool_down: s(5) });
    assert_eq!(policy("all"), all);
    assert_eq!(policy("defaults").retry, Some(Retry { max: 1, min: ms(10), cap: s(1) }));
    assert_eq!(policy("defaults").breaker, Some(Breaker { failures: 3, cool_down: s(5) }));
    let wait = Duration::from_micros(1500);
    assert_eq!(policy("constant").retry, Some(Retry { max: 16, min: wait, cap: wait }));
    assert_eq!(policy("constant").timeout, Some(s(7200)));
    assert_eq!((meta("constant").priority, meta("constant").condition.is_some()), (3, true));

    let batch = Batch { min_size: 64, max_size: 1024, min_patience: ms(5), max_patience: ms(12), split: false };
    assert_eq!(policy("batch"), Policy::NONE.batch(batch));
    assert_eq!(policy("batch_with_empty_brackets"), policy("batch"));
    let ten = Batch::new().size(1, 10).patience(Duration::from_micros(500), s(60)).split();
    let ten = Policy::NONE.batch(ten).retry(Retry::new(2)).timeout(Duration::from_nanos(3));
    assert_eq!(policy("batch_of_ten"), ten);
    let fixed = Batch::new().size(100, 100).patience(s(1), s(1));
    assert_eq!(policy("batch_without_a_queue"), Policy::NONE.batch(fixed));

    let outcome = events::dispatch(&Paid { id: 7 });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.handled(), 6);
    let _ = events::dispatch_async(&Sent);
}
