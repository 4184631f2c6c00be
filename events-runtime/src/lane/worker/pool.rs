//! The workers of a lane: started, counted, and let go.

use std::io;
use std::sync::Arc;

use crate::lane::config::MAX_WORKERS;
use crate::lane::host::Host;
use crate::lane::schedule::{Scheduler, WorkerCounts};

/// Starts the workers that are missing.
pub(in crate::lane) fn start_missing(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    let target = lane.lock().target;
    for index in 0..target {
        if let Some(counts) = lane.join(index) {
            start(host, Presence { lane: lane.clone(), counts, index, may_go: false })?;
        }
    }
    Ok(())
}

/// Changes how many workers there are to be. Those that are too many go when they are done with what they have.
pub(in crate::lane) fn set_workers(
    lane: &Arc<Scheduler>,
    host: &Arc<dyn Host>,
    workers: usize,
) -> io::Result<()> {
    if workers > MAX_WORKERS {
        let message = format!("a lane has up to {MAX_WORKERS} workers, not {workers}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    lane.change(|state| state.target = workers);
    start_missing(lane, host)
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
        #[cfg(feature = "tokio")]
        if !self.may_go && self.lane.settings.tokio.is_some() && self.lane.present() == 0 {
            self.lane.set_runtime_gone();
        }
    }
}
