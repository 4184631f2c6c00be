//! The user's names may be those that generated code would like to use.

#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]

use ::events::prelude::{Context as Cx, event, handler, handlers};

mod core {}
mod std {}
mod alloc {}
mod events {}
mod linkme {}
mod inventory {}

struct Result;
struct Option;
struct Box;
struct Event;
struct Some;
struct None;
struct Ok;
struct Err;
struct Flow;
struct Context;
struct Entry;
struct Table;
struct State;
struct Send;
struct Sync;
struct HandlerMeta;
struct String;
struct u32;
struct usize;
struct bool;
struct str;
struct u64;
struct Duration;
struct Policy;
struct Retry;
struct Batch;
struct Urgency;
struct AnyEvent;
struct Observer;
struct Observed;

macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! env {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! file {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! module_path {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! stringify {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! backend {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}
macro_rules! bind {
    ($($any:tt)*) => {
        compile_error!("the user's own")
    };
}

// A binding cannot shadow these, and generated code must not find them where it means its own.
const event: () = ();
const cx: () = ();
const binder: () = ();
const bound: () = ();
const index: () = ();
const output: () = ();
const plan: () = ();
const steps: () = ();
const key: () = ();
const policy: () = ();
const MEMBERS: i8 = 0;
const META_0: i8 = 0;
static TABLE: i8 = 0;
static ENTRY: i8 = 0;

#[event(name = "bell.rung", key = floor, lane = "bells", urgency = "low")]
struct BellRung {
    floor: i8,
}

#[event(async)]
enum DoorMoved {
    Opened,
}

#[handler(when = |rung| rung.floor > MEMBERS + META_0 + TABLE + ENTRY, retry(max = 1, when = |_| true))]
fn answer(_: &BellRung, _: &Cx) -> ::std::result::Result<(), ::std::string::String> {
    ::std::result::Result::Ok(())
}

#[handler(concurrent)]
async fn log(_: &DoorMoved, _: &Cx) {}

#[handler(all, when = |any| any.meta().version > 0)]
fn audit(_: &::events::AnyEvent<'_>, _: &Cx) -> ::std::result::Result<(), ::std::string::String> {
    ::std::result::Result::Ok(())
}

#[handler(
    batch(split),
    retry(max = 3, backoff = "1ms", jitter = "full"),
    timeout = "1s",
    breaker(failures = 2)
)]
fn count(_: &[BellRung], _: &Cx) {}

#[handler(batch)]
async fn count_doors(_: &[DoorMoved], _: &Cx) {}

#[handlers]
mod porter {
    use super::*;

    #[handler]
    fn greet(_: &BellRung) {}

    #[handler]
    fn wave(_: &BellRung, _: &Cx) {}

    #[handler]
    async fn bow(_: &DoorMoved, _: &Cx) {}
}

struct House;

#[handlers]
impl House {
    #[handler]
    fn check(&self, _: &BellRung) {}

    #[handler(batch)]
    fn check_all(&self, _: &[BellRung]) {}
}

#[test]
fn handlers_among_shadowed_names_run() {
    let outcome = ::events_tests::emit_with(&BellRung { floor: 1 }, House);
    assert!(outcome.is_ok());
    assert_eq!(outcome.ran(), 6);
    assert_eq!(::events_tests::now(::events::dispatch_async(&DoorMoved::Opened)).ran(), 3);
}
