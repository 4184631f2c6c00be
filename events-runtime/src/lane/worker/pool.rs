//! The workers of a lane: started, counted, and let go.

use std::io;
use std::sync::Arc;

use super::supervisor;
use crate::lane::config::Workers;
use crate::lane::host::Host;
#[cfg(feature = "tokio")]
use crate::lane::schedule::Stage;
use crate::lane::schedule::{Scheduler, WorkerCounts};

/// Starts the workers of a lane that was opened.
pub(in crate::lane) fn open(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    start_missing(lane, host)?;
    supervisor::start_if_needed(lane, host)
}

/// Starts the workers that are missing.
pub(super) fn start_missing(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    let target = lane.lock().target;
    for index in 0..target {
        if let Some(counts) = lane.join(index) {
            start(host, Presence { lane: lane.clone(), counts, index, may_go: false })?;
        }
    }
    Ok(())
}

/// Changes how many workers there are to be, or the range for their number. Those that are too many go when they are done with what they have.
pub(in crate::lane) fn set_workers(
    lane: &Arc<Scheduler>,
    host: &Arc<dyn Host>,
    workers: Workers,
) -> io::Result<()> {
    if let Some(bad) = workers.bad_setting() {
        let message = format!("the lane {:?} cannot be changed: {bad}", lane.settings.name);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let needs_supervisor = lane.set_range(workers);
    let started = start_missing(lane, host);
    if needs_supervisor {
        supervisor::start(lane, host)?;
    }
    started
}

fn start(host: &Arc<dyn Host>, presence: Presence) -> io::Result<()> {
    #[cfg(feature = "tokio")]
    if let Some(runtime) = presence.lane.settings.tokio.clone() {
        super::task::start(host, presence, &runtime);
        return Ok(());
    }
    super::thread::start(host, presence)
}

/// A worker that is there. Dropped, it has gone, and its counts join those of the lane.
pub(super) struct Presence {
    pub(super) lane: Arc<Scheduler>,
    pub(super) counts: Arc<WorkerCounts>,
    pub(super) index: usize,
    may_go: bool,
}

impl Presence {
    /// Whether this worker may leave. Asked after an assignment to leave: the number of workers may have grown again since.
    pub(super) fn may_go(&mut self) -> bool {
        self.may_go = self.lane.may_leave(self.index);
        self.may_go
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.lane.leave(self.index, &self.counts);
        // A worker that goes before its lane has ended, and is not to, goes with its runtime.
        #[cfg(feature = "tokio")]
        let is_lost = !self.may_go && self.lane.stage() != Stage::Ended;
        #[cfg(feature = "tokio")]
        if is_lost && self.lane.settings.tokio.is_some() && self.lane.present() == 0 {
            self.lane.set_runtime_gone();
        }
    }
}
