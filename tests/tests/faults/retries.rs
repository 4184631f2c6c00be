//! The time before a retry is spread, the first one included: those who fail together do not come back together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use events::prelude::*;

use crate::events::{Keyed, assert_alive, bus, drain, figures, lane};
use crate::support::{Log, alone};

const BACKOFF: Duration = Duration::from_millis(200);

#[event]
struct Order(Arc<Log<Instant>>);

#[handler(retry(max = 1, backoff = "200ms..200ms"))]
fn charge(event: &Order, cx: &Context) -> Result<(), &'static str> {
    event.0.push(Instant::now());
    if cx.attempt() == 1 { Err("not yet") } else { Ok(()) }
}

#[test]
fn the_first_retries_of_those_who_fail_together_are_spread() {
    alone(|| {
        let bus = bus(lane().workers(2));
        let logs: Vec<_> = (0..50).map(|_| Log::new()).collect();
        for log in &logs {
            bus.send(Order(log.clone())).unwrap();
        }
        drain(&bus);
        assert_eq!(figures(&bus), (50, 50, 0, 0, 0));
        let pause = |log: &Arc<Log<Instant>>| log.get()[1] - log.get()[0];
        let mut pauses: Vec<_> = logs.iter().map(pause).collect();
        pauses.sort_unstable();
        // A slow machine makes pauses longer, and never shorter.
        let early = pauses.iter().filter(|&&pause| pause < BACKOFF * 9 / 10).count();
        assert!(early >= 3, "of 50 pauses of at most {BACKOFF:?} the shortest is {:?}", pauses[0]);
        assert_alive(&bus);
    });
}

#[test]
fn a_retry_holds_up_none_of_the_others() {
    alone(|| {
        let (bus, log, seen) = (bus(lane()), Log::new(), Log::new());
        bus.send(Order(log.clone())).unwrap();
        for number in 0..100 {
            bus.send(Keyed { key: number % 3, number, log: seen.clone() }).unwrap();
        }
        drain(&bus);
        assert_eq!((log.len(), seen.len()), (2, 100));
        assert_eq!(figures(&bus), (101, 101, 0, 0, 0));
        assert_alive(&bus);
    });
}
