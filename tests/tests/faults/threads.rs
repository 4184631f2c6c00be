//! A thread that the system does not start: one failure, told alike by the building of a bus, a send, and `set_workers`; and
//! what starts no thread at all.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::fs;
use std::io;

use events::bus::BuildProblem;
use events::lane::{LaneConfig, SendErrorKind, SetWorkersError};
use events::prelude::*;

use crate::elastic::{leave_addresses, limit_addresses};
use crate::events::{Noted, OnLetter, builder, default_lane, drain, figures, lane};
use crate::support::{Log, alone, until};

/// Room for no thread more, which needs 2 MB of addresses for its stack.
fn no_more_threads() {
    leave_addresses(1 << 20);
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

/// A bus that was given no default lane, so the first send opens it.
fn bus() -> Bus {
    let alerts = LaneConfig::new("alerts").workers(0);
    Bus::builder().lane(alerts).state(OnLetter::new(|_, _| Ok(()))).build().unwrap()
}

#[test]
fn the_build_names_the_lane() {
    alone(|| {
        no_more_threads();
        let error = builder(lane().capacity(16).workers(8)).build().unwrap_err();
        limit_addresses(u64::MAX);
        let [BuildProblem::NoWorker { lane, kind, .. }, ..] = error.problems() else { panic!("{error}") };
        assert_eq!((lane.as_str(), *kind), ("default", io::ErrorKind::WouldBlock));
        assert!(error.to_string().contains("the lane \"default\" got no worker: "), "{error}");
        assert!(error.problems()[0].remedy().contains("fewer workers"), "{error}");
    });
}

#[test]
fn a_build_that_failed_leaves_no_thread() {
    alone(|| {
        let before = threads();
        // A supervisor more than there is room for: the one worker is started first.
        leave_addresses(24 << 20);
        let error = builder(lane().capacity(16).workers(1_000)).build().unwrap_err();
        limit_addresses(u64::MAX);
        assert!(matches!(error.problems()[0], BuildProblem::NoWorker { .. }), "{error}");
        until("its workers have gone", || threads() == before);
    });
}

#[test]
fn a_send_gives_the_event_back() {
    alone(|| {
        let bus = bus();
        no_more_threads();
        let error = bus.send(Noted(1, Log::new())).unwrap_err();
        limit_addresses(u64::MAX);
        assert_eq!(error.kind, SendErrorKind::NoWorker(io::ErrorKind::WouldBlock), "{error}");
        let seen = Log::new();
        bus.send(Noted(2, seen.clone())).unwrap();
        drain(&bus);
        assert_eq!((seen.get(), figures(&bus)), (vec![2], (2, 1, 0, 1, 0)));
    });
}

#[test]
fn set_workers_names_the_lane() {
    alone(|| {
        let bus = builder(lane().workers(0)).build().unwrap();
        let lane = default_lane(&bus);
        no_more_threads();
        let error = lane.set_workers(8).unwrap_err();
        limit_addresses(u64::MAX);
        let SetWorkersError::NoWorker { lane: name, kind, .. } = &error else { panic!("{error}") };
        assert_eq!((name.as_str(), *kind), ("default", io::ErrorKind::WouldBlock));
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::WouldBlock);
        lane.set_workers(2).unwrap();
        let seen = Log::new();
        bus.send(Noted(1, seen.clone())).unwrap();
        drain(&bus);
        assert_eq!(seen.get(), [1]);
    });
}

#[test]
fn a_getter_starts_none() {
    alone(|| {
        let (bus, before) = (bus(), threads());
        let lane = default_lane(&bus);
        assert_eq!((lane.workers(), lane.depth(), lane.stats().account.sent), (1, 0, 0));
        assert_eq!((bus.lane_accounts().len(), bus.account().sent), (0, 0));
        assert!(lane.open_breakers().is_empty() && lane.slow().is_empty());
        lane.pause();
        assert_eq!(threads(), before);
        let seen = Log::new();
        bus.send(Noted(1, seen.clone())).unwrap();
        assert_eq!((threads(), lane.depth()), (before + 1, 1), "the first send starts its worker");
        lane.resume();
        drain(&bus);
        assert_eq!(seen.get(), [1]);
    });
}
