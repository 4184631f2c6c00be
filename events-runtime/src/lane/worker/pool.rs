//! The worker pool of a lane.

use std::io;
use std::sync::Arc;

use super::presence::Presence;
use crate::lane::host::Host;
use crate::lane::schedule::Scheduler;

/// Starts the workers that are missing.
pub(super) fn start_missing(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    let target = lane.lock().target;
    for index in 0..target {
        if let Some(counts) = lane.join(index) {
            start(host, Presence::new(lane.clone(), counts, index))?;
        }
    }
    Ok(())
}

fn start(host: &Arc<dyn Host>, presence: Presence) -> io::Result<()> {
    #[cfg(feature = "tokio")]
    if let Some(runtime) = presence.lane.settings.tokio.clone() {
        super::task::start(host, presence, &runtime);
        return Ok(());
    }
    super::thread::start(host, presence)
}
