//! A lane of a bus.

use std::sync::Arc;
use std::time::Duration;

use events::lane::{LaneConfig, LaneHandle, Overflow as Policy};
use events::prelude::*;

use super::settings::{Overflow, Settings, Unsupported};
use super::tally::Tally;
use super::target::Target;
use crate::body::Counters;
use crate::load::account::Account;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// A lane, with `Bus::send`.
pub struct SendLane(Under);

/// A lane, with `Bus::send_batch` of up to 64 events.
pub struct BatchLane(Under);

struct Under {
    bus: Bus,
    lane: LaneHandle,
}

impl Under {
    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        let overflow = match settings.overflow {
            Overflow::Block => Policy::Block,
            Overflow::Reject => Policy::Reject,
            Overflow::DropNewest => Policy::DropNewest,
            Overflow::DropOldest => Policy::DropOldest,
        };
        let workers = settings.workers..=settings.most_workers;
        let lane = LaneConfig::new(LaneConfig::DEFAULT)
            .capacity(settings.capacity)
            .workers(workers)
            .overflow(overflow);
        // Dropped events are counted. Keeping them all would need memory for a whole run.
        let builder = Bus::builder().lane(lane).dead_letter_capacity(1_000).shared_state(probe);
        // State for the handlers of the other benches, because a bus binds all linked handlers.
        let builder = builder.state(Counters::new());
        let bus = builder.build().map_err(|error| Unsupported(error.to_string()))?;
        let lane =
            bus.lane(LaneConfig::DEFAULT).ok_or_else(|| Unsupported("the lane got no worker".to_owned()))?;
        Ok(Self { bus, lane })
    }

    fn account(&self) -> Account {
        let account = self.bus.account();
        Account {
            sent: account.sent,
            handled: account.handled,
            dead_lettered: account.dead_lettered,
            rejected: account.rejected,
            left: account.left,
        }
    }

    /// # Panics
    /// If a handler hangs.
    fn finish(self) {
        let report = self.bus.shutdown(Duration::from_secs(60));
        assert!(report.is_clean(), "{report}");
    }
}

impl<P: Payload> Target<P> for SendLane {
    const NAME: &'static str = "lane";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        Under::start(settings, probe).map(Self)
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        for event in events {
            tally.offer();
            if self.0.bus.send(event).is_err() {
                tally.reject();
            }
        }
    }

    fn depth(&self) -> Option<usize> {
        Some(self.0.lane.depth())
    }

    fn account(&self) -> Option<Account> {
        Some(self.0.account())
    }

    fn finish(self) {
        self.0.finish();
    }
}

impl<P: Payload> Target<P> for BatchLane {
    const NAME: &'static str = "lane, send_batch";

    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported> {
        Under::start(settings, probe).map(Self)
    }

    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally) {
        let mut events = events.peekable();
        // In chunks, so that a due event does not wait for the whole iterator.
        while events.peek().is_some() {
            let chunk = events.by_ref().take(64).inspect(|_| tally.offer());
            if let Err(error) = self.0.bus.send_batch(chunk) {
                error.unsent.iter().for_each(|_| tally.reject());
            }
        }
    }

    fn depth(&self) -> Option<usize> {
        Some(self.0.lane.depth())
    }

    fn account(&self) -> Option<Account> {
        Some(self.0.account())
    }

    fn finish(self) {
        self.0.finish();
    }
}
