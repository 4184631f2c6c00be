//! The workers of a lane that are there, and what those counted who have gone.

use std::sync::Arc;

use events_core::event::EventMeta;

use super::counts::WorkerCounts;
use super::scheduler::{Scheduler, Stage};

/// The workers that are there or were.
#[derive(Default)]
pub(super) struct Roster {
    /// The counts of those that are there.
    pub(super) counts: Vec<Arc<WorkerCounts>>,
    /// Who has which index.
    seats: Vec<Option<Arc<WorkerCounts>>>,
    /// What those handled who have gone.
    pub(super) handled: u64,
    /// What those gave up who have gone.
    pub(super) dead: u64,
}

impl Scheduler {
    /// Takes in a worker at an index, and returns its counts. `None` if there is one at this index.
    pub(in crate::lane) fn join(&self, index: usize) -> Option<Arc<WorkerCounts>> {
        let mut roster = self.roster.lock();
        if roster.seats.len() <= index {
            roster.seats.resize(index + 1, None);
        }
        if roster.seats[index].is_some() {
            return None;
        }
        let counts = Arc::new(WorkerCounts::new());
        roster.seats[index] = Some(counts.clone());
        roster.counts.push(counts.clone());
        Some(counts)
    }

    /// Whether the worker at this index may leave: not if the number of workers has grown again since its assignment.
    pub(in crate::lane) fn may_leave(&self, index: usize) -> bool {
        let state = self.lock();
        let stays = self.stage() != Stage::Ended && index < state.target;
        if !stays {
            self.roster.lock().seats[index] = None;
        }
        !stays
    }

    /// Lets a worker go: its counts join those of the lane.
    pub(in crate::lane) fn leave(&self, index: usize, counts: &Arc<WorkerCounts>) {
        {
            let _state = self.lock();
            let mut roster = self.roster.lock();
            let (handled, dead, _) = counts.read();
            roster.handled += handled;
            roster.dead += dead;
            roster.counts.retain(|other| !Arc::ptr_eq(other, counts));
            // Another may be there already.
            if roster.seats[index].as_ref().is_some_and(|other| Arc::ptr_eq(other, counts)) {
                roster.seats[index] = None;
            }
        }
        self.quiescence.notify();
    }

    /// How many workers there are.
    pub(in crate::lane) fn present(&self) -> usize {
        self.roster.lock().counts.len()
    }

    /// What the workers are at.
    pub(in crate::lane) fn running(&self) -> Vec<&'static EventMeta> {
        let roster = self.roster.lock();
        roster.counts.iter().filter_map(|counts| counts.under_way()).map(|of| of.get().event()).collect()
    }
}
