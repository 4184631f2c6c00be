//! Marks of a lane's depth, and who is told of them.

use events::Urgency;
use events::lane::{Mark, Overflow};
use events::prelude::*;

use crate::support::{Gate, Job, Keyed, LONG, Log, bus, default_lane, drain, lane, until};

#[event(urgency = "low")]
struct Slight;

#[handler]
fn slight(_: &Slight) {}

#[test]
fn high_and_low_are_told_once_each_time_they_are_crossed() {
    let told = Log::new();
    let log = told.clone();
    let bus = bus(lane()
        .capacity(100)
        .watermarks(2, 5, move |mark| log.push((mark.mark, mark.urgency, mark.depth))));
    let lane = default_lane(&bus);
    for _ in 0..2 {
        lane.pause();
        for _ in 0..8 {
            bus.send(Job::new(|| ())).unwrap();
        }
        lane.resume();
        drain(&bus);
    }
    let told = told.get();
    let marks: Vec<_> = told.iter().map(|(mark, urgency, _)| (*mark, *urgency)).collect();
    let both = [(Mark::High, Urgency::Normal), (Mark::Low, Urgency::Normal)];
    assert_eq!(marks, [both, both].concat());
    assert_eq!(told[0].2, 5);
    assert!(told[1].2 <= 2);
}

#[test]
fn each_urgency_has_its_own() {
    let told = Log::new();
    let log = told.clone();
    let bus = bus(lane().watermarks(0, 2, move |mark| log.push((mark.mark, mark.urgency))));
    let lane = default_lane(&bus);
    lane.pause();
    bus.send(Job::new(|| ())).unwrap();
    bus.send(Slight).unwrap();
    assert_eq!(told.len(), 0);
    bus.send(Slight).unwrap();
    assert_eq!(told.get(), [(Mark::High, Urgency::Low)]);
    lane.resume();
    drain(&bus);
    assert_eq!(told.get(), [(Mark::High, Urgency::Low), (Mark::Low, Urgency::Low)]);
}

#[test]
fn low_is_told_when_the_queue_empties_into_the_line_for_a_key() {
    let (told, gate) = (Log::new(), Gate::new());
    let log = told.clone();
    let bus = bus(lane().workers(2).watermarks(1, 6, move |mark| log.push(mark.mark)));
    let lane = default_lane(&bus);
    lane.pause();
    for _ in 0..20 {
        let gate = gate.clone();
        bus.send(Keyed::new(1, move || gate.pass())).unwrap();
    }
    assert_eq!(told.get(), [Mark::High]);
    lane.resume();
    gate.wait_for(1);
    until("the queue is empty", || told.len() == 2);
    assert_eq!(told.get(), [Mark::High, Mark::Low]);
    gate.open();
    drain(&bus);
}

#[test]
fn marks_alternate_under_load_and_end_low() {
    let told = Log::new();
    let log = told.clone();
    let bus = bus(lane().capacity(64).workers(2).watermarks(4, 8, move |mark| log.push(mark.mark)));
    for _ in 0..20_000 {
        bus.send(Job::new(|| ())).unwrap();
    }
    drain(&bus);
    let told = told.get();
    let highs = told.iter().filter(|&&mark| mark == Mark::High).count();
    assert_eq!(told.len(), 2 * highs, "each high is followed by a low, in the end too");
}

#[test]
fn a_callback_that_panics_costs_nobody_anything() {
    let lane = lane().capacity(4).overflow(Overflow::Reject).watermarks(0, 1, |_| panic!("in the callback"));
    let bus = bus(lane);
    for _ in 0..100 {
        bus.send_timeout(Job::new(|| ()), LONG).unwrap();
    }
    drain(&bus);
    assert_eq!(crate::support::account(&bus), (100, 0, 0, 0));
    assert_eq!(default_lane(&bus).worker_deaths(), 0);
}
