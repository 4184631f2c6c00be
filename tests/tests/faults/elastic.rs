//! A worker that the system does not start when the load asks for one more.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::ffi::c_int;
use std::fs;

use crate::events::{Waits, builder_with, default_lane, drain, figures, lane};
use crate::support::{Gate, alone, until};

/// Sets how many bytes of addresses this process may have.
pub(crate) fn limit_addresses(bytes: u64) {
    const RLIMIT_AS: c_int = 9;
    unsafe extern "C" {
        fn getrlimit(resource: c_int, limits: *mut [u64; 2]) -> c_int;
        fn setrlimit(resource: c_int, limits: *const [u64; 2]) -> c_int;
    }
    let mut limits = [0; 2];
    // SAFETY: on 64-bit Linux the structure of limits is two 64-bit numbers, and this is the number of the resource.
    unsafe {
        assert_eq!(getrlimit(RLIMIT_AS, &mut limits), 0);
        limits[0] = bytes.min(limits[1]);
        assert_eq!(setrlimit(RLIMIT_AS, &limits), 0);
    }
}

/// Leaves this process so many bytes of addresses beside those that it has.
///
/// Waits until all its other threads are at rest: one that has only just started still takes addresses for its heap and its
/// signal stack, and where it gets none the process is aborted.
pub(crate) fn leave_addresses(bytes: u64) {
    until("all other threads are at rest", || {
        let before = addresses();
        are_others_at_rest() && are_others_at_rest() && addresses() == before
    });
    limit_addresses(addresses() + bytes);
}

/// How many bytes of addresses this process has.
fn addresses() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096
}

/// Whether every thread but this one sleeps.
fn are_others_at_rest() -> bool {
    let own = fs::read_link("/proc/thread-self").unwrap();
    fs::read_dir("/proc/self/task").unwrap().all(|thread| {
        let thread = thread.unwrap();
        // One that has gone is no longer to be read.
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // Its name stands in brackets, and may hold any character.
        let state = stat.rsplit_once(") ").map_or('S', |(_, rest)| rest.chars().next().unwrap());
        Some(&*thread.file_name()) == own.file_name() || state == 'S'
    })
}

#[test]
fn is_no_error_and_is_counted_and_started_later() {
    alone(|| {
        let bus = builder_with(lane().workers(1..=2), |_, _| Ok(())).build().unwrap();
        let (lane, gate) = (default_lane(&bus), Gate::new());
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        // Too little for the stack of one more thread.
        leave_addresses(1 << 20);
        for _ in 0..8 {
            bus.send(Waits(gate.clone())).unwrap();
        }
        until("a worker was not started", || lane.failed_starts() > 0);
        until("it goes on with the one it has", || lane.workers() == 1);
        assert_eq!(figures(&bus), (9, 0, 0, 0, 9));
        limit_addresses(u64::MAX);
        gate.wait_for(2);
        assert_eq!(lane.workers(), 2);
        gate.open();
        drain(&bus);
        assert_eq!(figures(&bus), (9, 9, 0, 0, 0));
    });
}
