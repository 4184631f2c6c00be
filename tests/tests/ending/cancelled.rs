//! Sends and emits that are dropped before they are done: at every point where they can be.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Polling, Poll, Wake, Waker};
use std::time::Duration;

use events::prelude::*;

use crate::events::{Noted, bus, figures, lane, pause, resume, runtime, runtime_of_one_thread};
use crate::support::{LONG, Log, alone, until};

/// More polls than any of these futures takes.
pub(crate) const MOST: usize = 12;

/// Counts how often it was woken.
#[derive(Default)]
struct Wakes(AtomicU64);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wakes {
    fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Option<F::Output> {
    match future.poll(&mut Polling::from_waker(waker)) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Polls a future so often, in turns with the other tasks of this thread, and drops it. Returns whether it was done.
pub(crate) async fn poll_and_drop<F: Future>(future: F, times: usize) -> bool {
    let mut future = pin!(future);
    for _ in 0..times {
        if poll(future.as_mut(), Waker::noop()).is_some() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[test]
fn a_send_dropped_at_any_point_has_sent_nothing() {
    alone(|| {
        let (bus, seen) = (bus(lane().capacity(1)), Log::new());
        pause(&bus);
        bus.send(Noted(0, seen.clone())).unwrap();
        for times in 0..MOST {
            let event = Noted(99, seen.clone());
            let holders = Arc::strong_count(&seen);
            {
                let mut send = pin!(bus.send_async(event));
                for _ in 0..times {
                    assert!(poll(send.as_mut(), Waker::noop()).is_none(), "the lane is full");
                }
            }
            assert_eq!(Arc::strong_count(&seen), holders - 1, "the event is dropped with the future");
            assert_eq!(figures(bus.account()), (1, 0, 0, 0, 1), "after {times} polls");
        }
        resume(&bus);
        assert!(bus.drain(LONG));
        bus.send(Noted(1, seen.clone())).unwrap();
        assert!(bus.shutdown(LONG).is_clean());
        assert_eq!(seen.get(), [0, 1]);
    });
}

#[test]
fn a_send_dropped_when_it_was_woken_leaves_its_turn_to_the_next() {
    alone(|| {
        let (bus, seen) = (bus(lane().capacity(1)), Log::new());
        pause(&bus);
        bus.send(Noted(0, seen.clone())).unwrap();
        let (first_wakes, second_wakes) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
        let (first_waker, second_waker) = (first_wakes.clone().into(), second_wakes.clone().into());
        let mut first = Box::pin(bus.send_async(Noted(1, seen.clone())));
        let mut second = pin!(bus.send_async(Noted(2, seen.clone())));
        assert!(poll(first.as_mut(), &first_waker).is_none());
        assert!(poll(second.as_mut(), &second_waker).is_none());
        resume(&bus);
        until("the first is told of room", || first_wakes.count() > 0);
        drop(first);
        until("the second is told of it instead", || second_wakes.count() > 0);
        poll(second.as_mut(), &second_waker).expect("there is room").unwrap();
        assert!(bus.drain(LONG));
        assert_eq!(seen.get(), [0, 2]);
        assert_eq!(figures(bus.account()), (2, 2, 0, 0, 0));
    });
}

#[test]
fn sends_that_time_out_at_random_are_all_accounted_for() {
    alone(|| {
        let runtime = runtime(2);
        let (bus, seen) = (bus(lane().capacity(1).tokio(runtime.handle().clone())), Log::new());
        let sent = runtime.block_on(async {
            let sender = |number: u64| {
                let (bus, seen) = (bus.clone(), seen.clone());
                async move {
                    let mut sent = Vec::new();
                    for event in number * 1_000..number * 1_000 + 500 {
                        let send = bus.send_async(Noted(event, seen.clone()));
                        let patience = Duration::from_micros(event % 7 * 20);
                        if let Ok(result) = tokio::time::timeout(patience, send).await {
                            result.unwrap();
                            sent.push(event);
                        }
                    }
                    sent
                }
            };
            let senders: Vec<_> = (0..4).map(|number| tokio::spawn(sender(number))).collect();
            let mut sent = Vec::new();
            for sender in senders {
                sent.extend(sender.await.unwrap());
            }
            assert!(bus.drain_async(LONG).await);
            sent
        });
        let mut handled = seen.get();
        handled.sort_unstable();
        assert_eq!(handled, sent, "what was sent is handled, and nothing else");
        assert_eq!(figures(bus.account()), (sent.len() as u64, sent.len() as u64, 0, 0, 0));
    });
}

/// Has two handlers that wait three times each.
#[event(async)]
struct Slow(Arc<AtomicU64>, Arc<AtomicU64>);

/// Counts one up at its making, another at its drop.
struct Counted<'a>(&'a Slow);

impl<'a> Counted<'a> {
    fn new(event: &'a Slow) -> Self {
        event.0.fetch_add(1, Ordering::SeqCst);
        Self(event)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.1.fetch_add(1, Ordering::SeqCst);
    }
}

async fn three_turns(event: &Slow) {
    let _counted = Counted::new(event);
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

#[handler(priority = 2)]
async fn slow_first(event: &Slow) {
    three_turns(event).await;
}

#[handler(priority = 1)]
async fn slow_second(event: &Slow) {
    three_turns(event).await;
}

#[test]
fn an_emit_dropped_at_any_point_drops_what_it_runs() {
    alone(|| {
        let bus = bus(lane());
        let mut was_done = false;
        for times in 0..MOST {
            let event = Slow(Arc::default(), Arc::default());
            was_done = runtime_of_one_thread().block_on(poll_and_drop(bus.emit_async(&event), times));
            let (begun, dropped) = (event.0.load(Ordering::SeqCst), event.1.load(Ordering::SeqCst));
            assert_eq!(begun, dropped, "after {times} polls");
            assert_eq!(begun, [0, 1, 2][usize::from(times > 0) + usize::from(times > 3)], "{times} polls");
        }
        assert!(was_done, "the last round had polls enough");
        assert_eq!(figures(bus.account()), (0, 0, 0, 0, 0), "an emit is not counted");
        let event = Slow(Arc::default(), Arc::default());
        assert_eq!(runtime_of_one_thread().block_on(bus.emit_async(&event)).ran(), 2);
    });
}
