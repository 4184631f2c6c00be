use std::sync::Mutex;
use std::time::Duration;

use events::lane::{Lane, Overflow, SendErrorKind};
use events::prelude::*;

const LONG: Duration = Duration::from_secs(30);

#[event]
struct Counted(u64);

#[derive(Default)]
struct Seen(Mutex<Vec<u64>>);

#[handler]
fn note(event: &Counted, seen: State<Seen>) {
    seen.0.lock().unwrap().push(event.0);
}

#[test]
fn what_is_sent_is_handled_in_order() {
    let bus = Bus::builder().state(Seen::default()).build().unwrap();
    for number in 0..100_000 {
        bus.send(Counted(number)).unwrap();
    }
    assert!(bus.drain(LONG));
    let account = bus.account();
    assert_eq!((account.sent, account.handled), (100_000, 100_000), "{account}");
    assert!(bus.state::<Seen>().unwrap().0.lock().unwrap().iter().copied().eq(0..100_000));
    let report = bus.shutdown(LONG);
    assert!(report.is_clean(), "{report}");
    assert_eq!(bus.send(Counted(0)).unwrap_err().kind, SendErrorKind::Closed);
    assert!(bus.account().balances());
    assert_eq!(bus.account().rejected, 1);
}

#[test]
fn dropping_the_bus_drains_it() {
    let seen = std::sync::Arc::new(Seen::default());
    let bus = Bus::builder().shared_state(seen.clone()).build().unwrap();
    assert_eq!(bus.send_batch((0..10_000).map(Counted)).unwrap(), 10_000);
    drop(bus);
    assert_eq!(seen.0.lock().unwrap().len(), 10_000);
}

#[test]
fn a_paused_lane_rejects_when_full() {
    let lane = Lane::new(Lane::DEFAULT).capacity(3).overflow(Overflow::Reject);
    let bus = Bus::builder().lane(lane).state(Seen::default()).build().unwrap();
    let lane = bus.lane(Lane::DEFAULT).unwrap();
    lane.pause();
    for number in 0..3 {
        bus.send(Counted(number)).unwrap();
    }
    let error = bus.send(Counted(3)).unwrap_err();
    assert_eq!((error.event.0, error.kind), (3, SendErrorKind::Full));
    let error = bus.send_timeout(Counted(3), Duration::from_millis(1)).unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TimedOut);
    assert_eq!(lane.depth(), 3);
    lane.resume();
    assert!(bus.drain(LONG));
    let account = bus.shutdown(LONG).account;
    assert_eq!((account.sent, account.handled, account.rejected), (5, 3, 2), "{account}");
}
