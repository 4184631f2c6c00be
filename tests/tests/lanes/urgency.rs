//! Higher urgencies first, and none starves.

use std::sync::Arc;

use events::prelude::*;

use crate::support::{Log, bus, default_lane, drain, lane};

type Seen = Arc<Log<char>>;

#[event(urgency = "high")]
struct High(Seen);
#[event]
struct Normal(Seen);
#[event(urgency = "low")]
struct Low(Seen);

#[handler]
fn on_high(event: &High) {
    event.0.push('h');
}
#[handler]
fn on_normal(event: &Normal) {
    event.0.push('n');
}
#[handler]
fn on_low(event: &Low) {
    event.0.push('l');
}

/// What a paused lane of one worker handles in which order when it goes on.
fn order(of_each: [usize; 3]) -> String {
    let (bus, seen) = (bus(lane()), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    let [high, normal, low] = of_each;
    bus.send_batch((0..low).map(|_| Low(seen.clone()))).unwrap();
    bus.send_batch((0..normal).map(|_| Normal(seen.clone()))).unwrap();
    bus.send_batch((0..high).map(|_| High(seen.clone()))).unwrap();
    assert_eq!(lane.depth(), high + normal + low);
    lane.resume();
    drain(&bus);
    seen.get().into_iter().collect()
}

#[test]
fn higher_ones_come_first() {
    assert_eq!(order([3, 2, 1]), "hhhnnl");
    assert_eq!(order([0, 2, 2]), "nnll");
    assert_eq!(order([12, 3, 1]), "hhhhhhhhhhhhnnnl");
}

#[test]
fn of_sixteen_each_has_its_share() {
    let order = order([1200, 1000, 1000]);
    for round in order.as_bytes()[..1600].chunks(16) {
        let count = |urgency| round.iter().filter(|&&other| other == urgency).count();
        assert_eq!((count(b'h'), count(b'n'), count(b'l')), (12, 3, 1), "{order}");
    }
    assert_eq!(order.len(), 3200);
}

#[test]
fn low_ones_do_not_starve_while_high_ones_keep_coming() {
    let (bus, seen) = (bus(lane().capacity(64)), Log::new());
    // Each high one brings the next: the lane never runs out of them until the low one was handled.
    #[event(urgency = "high")]
    struct Chain(Bus, Seen);
    #[handler]
    fn on_chain(event: &Chain) {
        event.1.push('h');
        let is_over = event.1.get().contains(&'l') || event.1.len() > 10_000;
        if !is_over {
            event.0.send(Chain(event.0.clone(), event.1.clone())).unwrap();
        }
    }
    let lane = default_lane(&bus);
    lane.pause();
    for _ in 0..20 {
        bus.send(Chain(bus.clone(), seen.clone())).unwrap();
    }
    bus.send(Low(seen.clone())).unwrap();
    lane.resume();
    drain(&bus);
    let at = seen.get().iter().position(|&urgency| urgency == 'l').unwrap();
    assert!(at <= 64, "the low one came only after {at} high ones");
}

#[test]
fn urgencies_have_room_of_their_own() {
    let (bus, seen) = (bus(lane().capacity(2)), Log::new());
    let lane = default_lane(&bus);
    lane.pause();
    for _ in 0..2 {
        bus.try_send(High(seen.clone())).unwrap();
        bus.try_send(Normal(seen.clone())).unwrap();
        bus.try_send(Low(seen.clone())).unwrap();
    }
    assert!(bus.try_send(High(seen.clone())).is_err());
    assert!(bus.try_send(Low(seen.clone())).is_err());
    lane.resume();
    drain(&bus);
    assert_eq!(seen.len(), 6);
}
