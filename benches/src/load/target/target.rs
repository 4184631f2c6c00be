use std::sync::Arc;
use std::thread::JoinHandle;

use super::settings::{Settings, Unsupported};
use super::tally::Tally;
use crate::load::account::Account;
use crate::load::due::Payload;
use crate::load::probe::Probe;

/// A queue and its workers, which pass each event to a [`Probe`].
pub trait Target<P: Payload>: Send + Sync + Sized + 'static {
    /// The name in tables.
    const NAME: &'static str;

    /// Starts the workers.
    ///
    /// # Errors
    /// [`Unsupported`] if it cannot be set up like this.
    fn start(settings: &Settings, probe: Arc<Probe>) -> Result<Self, Unsupported>;

    /// Sends what `events` yields, from this thread, and counts in `tally`. The iterator waits by itself until the next
    /// event is due.
    fn produce(&self, events: impl Iterator<Item = P>, tally: &Tally);

    /// How many events are queued. `None` if the target does not report it.
    fn depth(&self) -> Option<usize> {
        None
    }

    /// What became of the events, if the target counts them itself. Otherwise the counts of the producers and the probe
    /// are used.
    fn account(&self) -> Option<Account> {
        None
    }

    /// Lets the workers finish what is queued, and ends them.
    fn finish(self);
}

/// Waits for a worker.
pub(super) fn join(worker: JoinHandle<()>) {
    if let Err(panic) = worker.join() {
        std::panic::resume_unwind(panic);
    }
}
