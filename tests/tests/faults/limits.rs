//! Settings at the edge of what numbers hold: an error of `build()`, or they work.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use events::context::Canceller;
use events::lane::{LaneConfig, Overflow};
use events::prelude::*;

use crate::events::{Keyed, Noted, Waits, assert_alive, builder, bus, drain, lane, runtime};
use crate::support::{Gate, LONG, Log, alone};

/// The error of building a bus with this lane, which is to name the lane.
#[track_caller]
fn refusal(lane: LaneConfig, name: &str) -> String {
    let what: &dyn Debug = &lane.clone();
    match Bus::builder().lane(lane).lane(LaneConfig::new("alerts")).state(no_hook()).build() {
        Ok(_) => panic!("a bus was built with {what:?}"),
        Err(error) => {
            let text = error.to_string();
            assert!(text.contains(name), "it does not name \"{name}\": {text}");
            text
        }
    }
}

fn no_hook() -> crate::events::OnLetter {
    crate::events::OnLetter::new(|_, _| Ok(()))
}

#[test]
fn a_capacity_that_no_memory_holds_is_an_error_of_build() {
    alone(|| {
        for capacity in [usize::MAX, usize::MAX / 2, usize::MAX / 64] {
            let text = refusal(LaneConfig::new("huge").capacity(capacity), "huge");
            assert!(text.contains("capacity"), "{text}");
        }
    });
}

#[test]
fn a_large_capacity_works_or_is_an_error_of_build() {
    alone(|| {
        for bits in [30, 33, 36] {
            let settings = lane().capacity(1 << bits);
            let Ok(bus) = builder(settings).build() else { continue };
            let seen = Log::new();
            bus.send(Noted(1, seen.clone())).unwrap();
            bus.send_with(Noted(2, seen.clone()), &Context::new().with_timeout(LONG)).unwrap();
            drain(&bus);
            assert_eq!(seen.get(), [1, 2], "2^{bits}");
            assert_alive(&bus);
        }
    });
}

/// An event that does not fit into its envelope.
#[event]
struct Large([u8; 200]);

#[handler]
fn large(event: &Large) {
    assert_eq!(event.0[7], 7);
}

/// The memory of this process that is in use, in megabytes.
#[cfg(target_os = "linux")]
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_takes_up_memory_only_once_it_was_used() {
    alone(|| {
        let before = memory();
        let bus = bus(lane().capacity(1 << 24));
        for _ in 0..100 {
            bus.send(Noted(1, Log::new())).unwrap();
            bus.send(Large([7; 200])).unwrap();
            bus.send_with(Large([7; 200]), &Context::new().with_timeout(LONG)).unwrap();
            bus.send(Keyed { key: 1, number: 1, log: Log::new() }).unwrap();
        }
        drain(&bus);
        let more = memory().saturating_sub(before);
        assert!(more < 64, "{more} MB for 400 events");
        assert_alive(&bus);
    });
}

#[test]
fn more_workers_than_there_can_be_is_an_error_of_build() {
    alone(|| {
        let runtime = runtime(1);
        let threads = LaneConfig::new("crowd").workers(usize::MAX);
        let tasks = LaneConfig::new("crowd").tokio(runtime.handle().clone()).concurrency(usize::MAX);
        for lane in [threads, tasks] {
            let text = refusal(lane, "crowd");
            assert!(text.contains("workers") || text.contains("concurrency"), "{text}");
        }
    });
}

#[test]
fn a_name_that_no_thread_can_have_is_an_error_of_build() {
    alone(|| {
        let text = refusal(LaneConfig::new("nu\0l"), "nu");
        assert!(!text.contains('\0'), "a person cannot read that: {text:?}");
    });
}

#[test]
fn a_long_name_is_a_name() {
    alone(|| {
        let name = "ä".repeat(10_000);
        let bus = builder(lane()).lane(LaneConfig::new(name.clone())).build().unwrap();
        assert_eq!(bus.lane(&name).unwrap().name(), name);
        assert_alive(&bus);
    });
}

#[test]
fn all_bad_settings_are_told_at_once() {
    alone(|| {
        let error = Bus::builder()
            .lane(LaneConfig::new("alerts").capacity(usize::MAX))
            .lane(LaneConfig::new("b\0d"))
            .lane(LaneConfig::new("crowd").workers(usize::MAX))
            .state(no_hook())
            .build()
            .unwrap_err();
        assert_eq!(error.len(), 3, "{error}");
    });
}

#[test]
fn the_smallest_settings_work() {
    alone(|| {
        let settings = lane().capacity(0).watermarks(0, 0, |_| ()).rate_limit(u32::MAX, u32::MAX);
        let bus = builder(settings).dead_letter_capacity(0).build().unwrap();
        assert_alive(&bus);
    });
}

#[test]
fn a_store_of_any_size_takes_up_memory_only_once_it_was_used() {
    alone(|| {
        let bus = builder(lane()).dead_letter_capacity(usize::MAX).build().unwrap();
        bus.send(crate::events::Nobody).unwrap();
        drain(&bus);
        assert_eq!(bus.dead_letters().len(), 1);
        assert_alive(&bus);
    });
}

#[test]
fn the_longest_time_is_for_ever() {
    alone(|| {
        for longest in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(i64::MAX as u64)] {
            let runtime = runtime(2);
            for lane in [lane(), lane().tokio(runtime.handle().clone())] {
                let settings = lane.capacity(1).overflow(Overflow::BlockFor(longest));
                let bus = builder(settings).drain_on_drop(longest).build().unwrap();
                let seen = Log::new();
                for number in 0..20 {
                    bus.send(Noted(number, seen.clone())).unwrap();
                    bus.send_timeout(Noted(number, seen.clone()), longest).unwrap();
                    let cx = Context::new().with_timeout(longest);
                    bus.send_with(Noted(number, seen.clone()), &cx).unwrap();
                }
                assert!(bus.drain(longest));
                assert!(runtime.block_on(bus.drain_async(longest)));
                assert_eq!(seen.len(), 60);
                let other = bus.clone();
                assert!(runtime.block_on(async move { other.shutdown_async(longest).await }).is_clean());
                assert!(bus.shutdown(longest).is_clean());
            }
        }
    });
}

#[test]
fn no_time_at_all_is_an_answer() {
    alone(|| {
        let bus = builder(lane().capacity(1)).drain_on_drop(Duration::ZERO).build().unwrap();
        let gate = Gate::new();
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        bus.send(Noted(1, Log::new())).unwrap();
        bus.send_timeout(Noted(1, Log::new()), Duration::ZERO).unwrap_err();
        assert!(!bus.drain(Duration::ZERO));
        let start = Instant::now();
        assert!(!bus.shutdown(Duration::ZERO).is_clean());
        drop(bus);
        assert!(start.elapsed() < LONG / 2);
        gate.open();
    });
}

#[test]
fn a_long_chain_of_tokens_is_dropped() {
    alone(|| {
        // In a thread with the stack that threads have.
        let chain = std::thread::spawn(|| {
            let first = Canceller::new();
            let mut token = first.token();
            for _ in 0..200_000 {
                token = token.child().token();
            }
            first.cancel();
            assert!(token.is_cancelled());
            drop(first);
            drop(token);
        });
        chain.join().unwrap();
    });
}

#[test]
fn a_long_chain_of_tokens_that_an_event_carries_is_dropped_by_a_worker() {
    alone(|| {
        let (bus, seen) = (bus(lane()), Log::new());
        let first = Canceller::new();
        let mut token = first.token();
        for _ in 0..200_000 {
            token = token.child().token();
        }
        bus.send_with(Noted(1, seen.clone()), &Context::new().with_cancel(token)).unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [1]);
        drop(first);
        assert_alive(&bus);
    });
}
