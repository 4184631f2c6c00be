//! The workers of a lane: who is there, and what they have done and hold.

use std::io;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use events_core::event::EventMeta;

use super::core::{LaneCore, Stage};
use super::foreign::drop_each;
use super::lanes::LeftByEvent;
use super::record::Record;
use super::route::RouteCell;
use super::work::Work;
use crate::bus::{Inner, Tables};

impl LaneCore {
    /// Starts the workers that are missing.
    pub(super) fn man(self: &Arc<Self>, inner: &Arc<Inner>) -> io::Result<()> {
        let target = self.lock().target;
        for place in 0..target {
            {
                let mut crew = self.crew.lock();
                if crew.present.len() <= place {
                    crew.present.resize(place + 1, false);
                }
                if std::mem::replace(&mut crew.present[place], true) {
                    continue;
                }
            }
            let presence = self.presence();
            if let Err(error) = self.start(inner, place, presence) {
                self.crew.lock().present[place] = false;
                return Err(error);
            }
        }
        Ok(())
    }

    fn start(self: &Arc<Self>, inner: &Arc<Inner>, place: usize, presence: Presence) -> io::Result<()> {
        #[cfg(feature = "tokio")]
        if let Some(runtime) = &self.settings.tokio {
            super::task::start(inner, place, presence, runtime);
            return Ok(());
        }
        super::worker::start(inner, place, presence)
    }

    /// Changes how many workers there are to be. Those that are too many go when they are done with what they hold.
    pub(super) fn set_workers(self: &Arc<Self>, inner: &Arc<Inner>, workers: usize) -> io::Result<()> {
        self.change(|claims| claims.target = workers);
        self.man(inner)
    }

    /// Takes in a worker.
    fn presence(self: &Arc<Self>) -> Presence {
        let record = Arc::new(Record::new());
        self.crew.lock().records.push(record.clone());
        Presence { lane: self.clone(), record }
    }

    /// Whether the worker at this place may go: not if there are to be more again since it was told to.
    pub(super) fn may_leave(&self, place: usize) -> bool {
        let claims = self.lock();
        let stays = self.stage() == Stage::Open && place < claims.target;
        if !stays {
            self.crew.lock().present[place] = false;
        }
        !stays
    }

    /// How many workers there are.
    pub(super) fn present(&self) -> usize {
        self.crew.lock().records.len()
    }

    /// What the workers are at.
    pub(super) fn running(&self) -> Vec<&'static EventMeta> {
        let crew = self.crew.lock();
        let running = crew.records.iter().filter_map(|record| record.under_way());
        // SAFETY: see `event_of`.
        running.map(|cell| unsafe { event_of(cell) }).collect()
    }

    /// What became of the events that were queued: counted under one lock, so that none is missed or counted twice.
    pub(super) fn census(&self, tables: &Tables) -> Census {
        let mut left = LeftByEvent::new();
        let mut add = |event: &'static EventMeta, count: u64| {
            if count > 0 {
                left.entry(event.path).or_insert((event, 0)).1 += count;
            }
        };
        let mut claims = self.lock();
        for (ring, consumer) in self.rings().into_iter().zip(&mut claims.consumers) {
            ring.for_each_waiting(consumer, |envelope| add(envelope.route().any().event(), 1));
        }
        claims.new_events().for_each(|envelope| add(envelope.route().any().event(), 1));
        claims.open_cases.iter().for_each(|&(event, count)| add(event, count));
        let crew = self.crew.lock();
        let (mut handled, mut dead) = (crew.handled, crew.dead);
        for record in &crew.records {
            let (of_this, dead_of_this, in_hand) = record.read();
            (handled, dead) = (handled + of_this, dead + dead_of_this);
            // SAFETY: see `event_of`.
            in_hand.for_each(|cell| add(unsafe { event_of(cell) }, 1));
        }
        for route in tables.routes().filter(|route| ptr::eq(&**route.lane(), self)) {
            if let Some(window) = route.any().window() {
                add(route.any().event(), window.held() as u64);
            }
        }
        let counts = &self.counts;
        let queued: u64 = self.rings().iter().map(|ring| ring.sent() - ring.given_up()).sum();
        Census {
            queued: queued + counts.resent.load(Ordering::Relaxed),
            handled,
            dead: dead + counts.dropped_oldest.load(Ordering::Relaxed),
            left,
        }
    }

    /// Drops all that nobody holds.
    pub(super) fn clear(&self) {
        let mut claims = self.lock();
        let mut all = claims.clear();
        for (level, ring) in self.rings().into_iter().enumerate() {
            while let Some(envelope) = claims.take_oldest(ring, level) {
                all.push(Work::New(envelope));
            }
        }
        drop(claims);
        // Outside of the lock: an event's drop is foreign code.
        drop_each(all);
    }
}

/// The event of a route that a worker's record names.
///
/// # Safety
/// The cell is of the bus of that worker's lane, which the caller borrows.
unsafe fn event_of(cell: *const RouteCell) -> &'static EventMeta {
    // SAFETY: workers write the addresses of their bus's routes into records, and routes neither move nor go.
    unsafe { &*cell }.any().event()
}

/// What became of what was queued, or sent again.
pub(super) struct Census {
    pub(super) queued: u64,
    pub(super) handled: u64,
    pub(super) dead: u64,
    /// What is not over, wherever it is.
    pub(super) left: LeftByEvent,
}

/// A worker that is there: its account joins the lane's when it goes.
pub(super) struct Presence {
    pub(super) lane: Arc<LaneCore>,
    pub(super) record: Arc<Record>,
}

impl Drop for Presence {
    fn drop(&mut self) {
        {
            let mut crew = self.lane.crew.lock();
            let (handled, dead, _) = self.record.read();
            crew.handled += handled;
            crew.dead += dead;
            crew.records.retain(|record| !Arc::ptr_eq(record, &self.record));
        }
        self.lane.tell_gone();
    }
}
