//! Starts the workers of a lane, and changes their number.

use std::io;
use std::sync::Arc;

use super::error::SetWorkersError;
use super::pool::start_missing;
use super::supervisor;
use crate::lane::config::Workers;
use crate::lane::host::Host;
use crate::lane::schedule::Scheduler;

/// Starts the workers of a lane, and its supervisor if it needs one.
pub(in crate::lane) fn open(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    start_missing(lane, host)?;
    supervisor::start_if_needed(lane, host)
}

/// Changes the number of workers, or the range for it. Surplus workers leave after their current message.
pub(in crate::lane) fn set_workers(
    lane: &Arc<Scheduler>,
    host: &Arc<dyn Host>,
    workers: Workers,
) -> Result<(), SetWorkersError> {
    let name = || lane.settings.name.clone();
    if let Some(bad) = workers.bad_setting() {
        return Err(SetWorkersError::OutOfBounds { lane: name(), what: bad.to_string() });
    }
    let needs_supervisor = lane.set_range(workers);
    let started = start_missing(lane, host);
    let supervised = if needs_supervisor { supervisor::start(lane, host) } else { Ok(()) };
    let no_worker = |error: io::Error| SetWorkersError::NoWorker { lane: name(), kind: error.kind() };
    started.and(supervised).map_err(no_worker)
}
