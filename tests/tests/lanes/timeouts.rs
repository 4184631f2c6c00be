//! A handler's `timeout`: an async one is cancelled, a plain one is told of as slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use events::lane::Reason;
use events::prelude::*;

use crate::support::{Log, account, bus, default_lane, drain, lane};

/// Its handler takes at least this long.
#[event]
struct Lengthy(Duration);

#[handler(timeout = "20ms")]
fn take_long(event: &Lengthy) {
    let end = Instant::now() + event.0;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

#[test]
fn a_slow_plain_handler_is_named_with_file_and_line() {
    let bus = bus(lane());
    for millis in [0, 21, 40] {
        bus.send(Lengthy(Duration::from_millis(millis))).unwrap();
    }
    drain(&bus);
    assert_eq!(account(&bus), (3, 0, 0, 0), "slow is not failed");
    let slow = default_lane(&bus).slow();
    assert_eq!(slow.len(), 1);
    assert!(slow[0].handler.path.ends_with("::take_long"));
    assert!((2..=3).contains(&slow[0].runs), "the first one is slow on a busy machine only");
    assert!(slow[0].longest >= Duration::from_millis(40));
    let text = slow[0].to_string();
    assert!(text.contains("timeouts.rs:") && text.contains("slow runs"), "{text}");
}

/// How often the future of a handler was dropped before its end.
struct Unfinished(Arc<Log<&'static str>>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.push("dropped");
    }
}

#[event(async)]
struct Endless(Arc<Log<&'static str>>, bool);

#[handler(timeout = "10ms", retry(max = 1, backoff = "1ms..1ms"))]
async fn never_end(event: &Endless, cx: &Context) {
    let _unfinished = Unfinished(event.0.clone());
    if event.1 && cx.attempt() == 2 {
        return;
    }
    std::future::pending::<()>().await;
}

#[handler]
async fn go_on(event: &Endless) {
    event.0.push("went on");
}

#[test]
fn a_slow_async_handler_is_cancelled_and_tried_again() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let bus = bus(lane().tokio(runtime.handle().clone()));
    let (seen, also) = (Log::new(), Log::new());
    bus.send(Endless(seen.clone(), false)).unwrap();
    bus.send(Endless(also.clone(), true)).unwrap();
    drain(&bus);
    let sorted = |log: &Log<&'static str>| {
        let mut all = log.get();
        all.sort_unstable();
        all
    };
    assert_eq!(sorted(&seen), ["dropped", "dropped", "went on"]);
    assert_eq!(sorted(&also), ["dropped", "dropped", "went on"]);
    assert_eq!(account(&bus), (1, 1, 0, 0));
    let letter = &bus.dead_letters().list()[0];
    assert_eq!((letter.reason, letter.attempts.len()), (Reason::TimedOut, 2));
    assert!(letter.attempts.iter().all(|attempt| attempt.took.unwrap() >= Duration::from_millis(10)));
    assert_eq!(letter.attempts[1].error, "it was cancelled after 10ms");
    assert!(default_lane(&bus).slow().is_empty(), "it was cancelled, not slow");
}
