//! The last handle is dropped: what is lost is said on standard error, once.

use std::time::Duration;

use crate::events::{Job, Noted, Waits, builder, bus, lane, pause};
use crate::support::{Gate, LONG, Log, Output, Stderr, exit_of, exit_with};

const SHORT: Duration = Duration::from_millis(20);
const JOB: &str = "ending::events::Job";
const WAITS: &str = "ending::events::Waits";
const NOTED: &str = "ending::events::Noted";

/// Drops a bus of which one handler runs and two events wait.
fn drop_with_something_left() {
    let (bus, gate) = (builder(lane()).drain_on_drop(SHORT).build().unwrap(), Gate::new());
    bus.send(Waits(gate.clone())).unwrap();
    gate.wait_for(1);
    bus.send(Noted(1, Log::new())).unwrap();
    bus.send(Noted(2, Log::new())).unwrap();
    drop(bus);
}

fn assert_dropped_without_panic(output: &Output) {
    output.assert_ended_well();
    assert_eq!(output.lines(), ["dropped"], "{}", output.stdout);
}

#[test]
fn what_is_left_is_said_once_by_lane_event_and_count() {
    let output = exit_of(|| {
        drop_with_something_left();
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    output.assert_said_once(&format!("2 × {NOTED}"));
    output.assert_said_once(&format!("1 × {WAITS}"));
    assert!(output.stderr.contains("\"default\""), "{}", output.stderr);
}

#[test]
fn a_broken_standard_error_is_no_panic() {
    let output = exit_with(Stderr::Broken, || {
        drop_with_something_left();
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
}

#[test]
fn a_broken_standard_error_is_no_panic_for_dead_letters_either() {
    let output = exit_with(Stderr::Broken, || {
        let bus = bus(lane());
        bus.send(Job::failing()).unwrap();
        assert!(bus.drain(LONG));
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
}

#[test]
fn a_bus_that_handled_all_says_nothing() {
    let output = exit_of(|| {
        let bus = bus(lane());
        for number in 0..100 {
            bus.send(Noted(number, Log::new())).unwrap();
        }
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    output.assert_silent();
}

#[test]
fn dead_letters_that_nobody_looked_at_are_said() {
    let output = exit_of(|| {
        let bus = bus(lane());
        for _ in 0..3 {
            bus.send(Job::failing()).unwrap();
        }
        assert!(bus.drain(LONG));
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    let stderr = &output.stderr;
    assert!(stderr.contains("dead letter") && stderr.contains('3') && stderr.contains(JOB), "{stderr}");
}

#[test]
fn dead_letters_made_while_the_drop_waits_are_said() {
    let output = exit_of(|| {
        let bus = bus(lane());
        pause(&bus);
        bus.send(Job::failing()).unwrap();
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    let stderr = &output.stderr;
    assert!(stderr.contains("dead letter") && stderr.contains(JOB), "{stderr}");
}

#[test]
fn dead_letters_that_were_pushed_out_of_the_store_are_counted() {
    let output = exit_of(|| {
        let bus = builder(lane()).dead_letter_capacity(2).build().unwrap();
        for _ in 0..17 {
            bus.send(Job::failing()).unwrap();
        }
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    let stderr = &output.stderr;
    assert!(stderr.contains("dead letter") && (stderr.contains("17") || stderr.contains("15")), "{stderr}");
}

#[test]
fn dead_letters_that_were_looked_at_are_not_said_again() {
    let output = exit_of(|| {
        let bus = bus(lane());
        for _ in 0..3 {
            bus.send(Job::failing()).unwrap();
        }
        assert!(bus.drain(LONG));
        assert_eq!(bus.dead_letters().list().len(), 3);
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    output.assert_silent();
}

#[test]
fn dead_letters_that_were_removed_are_not_said() {
    let output = exit_of(|| {
        let bus = bus(lane());
        bus.send(Job::failing()).unwrap();
        assert!(bus.drain(LONG));
        assert_eq!(bus.dead_letters().clear(), 1);
        drop(bus);
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    output.assert_silent();
}

#[test]
fn of_two_handles_the_last_one_reports() {
    let output = exit_of(|| {
        let (bus, gate) = (builder(lane()).drain_on_drop(SHORT).build().unwrap(), Gate::new());
        bus.send(Waits(gate.clone())).unwrap();
        gate.wait_for(1);
        let second = bus.clone();
        drop(bus);
        println!(">first");
        drop(second);
        println!(">second");
    });
    output.assert_ended_well();
    assert_eq!(output.lines(), ["first", "second"], "{}", output.stdout);
    output.assert_said_once(&format!("1 × {WAITS}"));
}

#[test]
fn two_buses_report_each_its_own() {
    let output = exit_of(|| {
        let gate = Gate::new();
        for count in [1, 2] {
            let bus = builder(lane()).drain_on_drop(SHORT).build().unwrap();
            bus.send(Waits(gate.clone())).unwrap();
            gate.wait_for(count);
            for _ in 0..count {
                bus.send(Noted(1, Log::new())).unwrap();
            }
        }
        println!(">dropped");
    });
    assert_dropped_without_panic(&output);
    output.assert_said_once(&format!("1 × {NOTED}"));
    output.assert_said_once(&format!("2 × {NOTED}"));
}
