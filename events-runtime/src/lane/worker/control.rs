//! How many workers a lane has: as it is opened, and as the program changes it.

use std::io;
use std::sync::Arc;

use super::pool::start_missing;
use super::supervisor;
use crate::lane::config::Workers;
use crate::lane::host::Host;
use crate::lane::schedule::Scheduler;

/// Starts the workers of a lane that was opened.
pub(in crate::lane) fn open(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    start_missing(lane, host)?;
    supervisor::start_if_needed(lane, host)
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
