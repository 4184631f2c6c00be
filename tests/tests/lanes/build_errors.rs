//! What is wrong with lanes is told when the bus is built, or when an event is sent.

use events::LaneConfig;
use events::lane::SendErrorKind;
use events::prelude::*;

use crate::support::{Job, account, builder, bus, lane};

#[event(async)]
struct Awaited;

#[handler]
async fn await_it(_: &Awaited) {}

#[test]
fn an_event_that_names_a_lane_the_bus_does_not_have() {
    let error = Bus::builder().lane(LaneConfig::new("spare")).build().unwrap_err();
    let text = error.to_string();
    let line = text.lines().find(|line| line.contains("Elsewhere")).unwrap();
    for part in ["lanes::sending::Elsewhere", "sending.rs:", "the lane \"other\"", "\"spare\", \"default\""] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let events = text.lines().filter(|line| line.contains("names the lane \"other\"")).count();
    assert_eq!(events, error.len(), "each event is told of: {text}");
}

#[test]
fn two_lanes_of_one_name() {
    let error =
        builder(lane()).lane(LaneConfig::new("twice")).lane(LaneConfig::new("twice")).build().unwrap_err();
    assert_eq!(error.len(), 1);
    assert!(error.to_string().contains("two lanes are named \"twice\""), "{error}");
    let error = builder(lane()).lane(lane()).build().unwrap_err();
    assert!(error.to_string().contains("two lanes are named \"default\""), "{error}");
}

#[test]
fn an_event_that_must_be_awaited_needs_a_runtime() {
    let bus = bus(lane());
    let error = bus.send(Awaited).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::NeedsRuntime);
    assert!(error.to_string().contains(".tokio(handle)"), "{error}");
    bus.send(Job::new(|| ())).unwrap();
    crate::support::drain(&bus);
    assert_eq!(account(&bus), (1, 0, 1, 0), "it came back, and counts");
}
