//! What the macros write names everything by its full path.

#![no_implicit_prelude]

use ::events::prelude::{Context, State, event, handler, handlers};
use ::std::prelude::rust_2024::test;
use ::std::result::Result::{self, Ok};
use ::std::string::String;
use ::std::{assert, assert_eq};

#[event(key = floor, lane = "bells", urgency = "high")]
struct BellRung {
    floor: u8,
}

#[event(async)]
enum DoorMoved {
    Opened,
}

#[handler(when = |event| event.floor > 0)]
fn answer(_: &BellRung, _: &Context) -> Result<(), String> {
    Ok(())
}

#[handler(concurrent)]
async fn log(_: &DoorMoved, _: &Context) {}

#[handler(all, when = |event| event.meta().version > 0)]
fn audit(_: &::events::AnyEvent<'_>, _: &Context) -> Result<(), String> {
    Ok(())
}

#[handler(batch(split), retry(max = 3, backoff = "1ms", jitter = "full", when = |_| true), timeout = "1s", breaker(failures = 2))]
fn count(_: &[BellRung], _: &Context) -> Result<(), String> {
    Ok(())
}

#[handler(batch)]
async fn count_doors(_: &[DoorMoved]) {}

#[handlers]
mod porter {
    use super::{BellRung, Context, DoorMoved, handler};

    #[handler]
    fn greet(_: &BellRung) {}

    #[handler]
    fn wave(_: &BellRung, _: &Context) {}

    #[handler]
    async fn bow(_: &DoorMoved) {}
}

struct House;

#[handlers]
impl House {
    #[handler]
    fn check(&self, _: &BellRung, _: State<House>) {}
}

#[test]
fn handlers_without_a_prelude_run() {
    let outcome = ::events_tests::emit_with(&BellRung { floor: 1 }, House);
    assert!(outcome.is_ok());
    assert_eq!(outcome.ran(), 5);
    assert_eq!(::events_tests::now(::events::dispatch_async(&DoorMoved::Opened)).ran(), 3);
}
