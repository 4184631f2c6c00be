//! The supervisor of a lane whose number of workers follows its load: a thread, or a task where the workers are tasks.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::pool::start_missing;
use crate::door;
use crate::lane::host::Host;
use crate::lane::queue::{Waiter, sleep};
use crate::lane::schedule::{Scheduler, Sizing, Supervision};

/// Starts the supervisor, if the lane needs one and has none.
pub(super) fn start_if_needed(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    if lane.needs_supervisor() { start(lane, host) } else { Ok(()) }
}

/// Starts the supervisor of a lane that has none.
pub(super) fn start(lane: &Arc<Scheduler>, host: &Arc<dyn Host>) -> io::Result<()> {
    let supervisor = Supervisor { lane: lane.clone(), sizing: Sizing::new(lane.now()) };
    lane.supervisor_starts();
    let presence = Presence { host: host.clone(), _record: RecordEnd(lane.clone()) };
    #[cfg(feature = "tokio")]
    if let Some(runtime) = &lane.settings.tokio {
        runtime.spawn(async move {
            let presence = presence;
            supervisor.run_async(&presence.host).await;
        });
        return Ok(());
    }
    let name = format!("{}-supervisor", lane.settings.name);
    let started = thread::Builder::new().name(name).spawn(move || {
        let presence = presence;
        supervisor.run(&presence.host);
    });
    if started.is_err() {
        lane.supervision_failed();
    }
    started.map(drop)
}

struct Supervisor {
    lane: Arc<Scheduler>,
    sizing: Sizing,
}

impl Supervisor {
    fn run(mut self, host: &Arc<dyn Host>) {
        loop {
            // Announced before the sample, so that any change after the sample wakes it.
            let ticket = self.lane.supervisor.announce(Waiter::this_thread());
            match self.lane.supervise(&mut self.sizing) {
                Supervision::Wait(until) => sleep(until, &self.lane.settings.clock),
                Supervision::Resize(workers) => self.resize(host, workers),
                Supervision::Leave => {
                    self.lane.supervisor.retract(&ticket);
                    return;
                }
            }
            self.lane.supervisor.retract(&ticket);
        }
    }

    #[cfg(feature = "tokio")]
    async fn run_async(mut self, host: &Arc<dyn Host>) {
        loop {
            let lane = self.lane.clone();
            let woken = lane.supervisor.woken().await;
            match lane.supervise(&mut self.sizing) {
                Supervision::Wait(None) => woken.await,
                Supervision::Wait(Some(until)) => {
                    _ = lane.settings.clock.timeout_at(until, woken).await;
                }
                Supervision::Resize(workers) => self.resize(host, workers),
                Supervision::Leave => return,
            }
        }
    }

    /// Changes the number of workers. A worker that cannot be started is counted, since there is no caller to report it
    /// to.
    fn resize(&mut self, host: &Arc<dyn Host>, workers: usize) {
        let Some(before) = self.lane.resize(workers) else { return };
        // Starting a thread may panic if there is no memory.
        let started = door::call(|| start_missing(&self.lane, host));
        if workers > before && !matches!(started, Ok(Ok(()))) {
            self.lane.refused.failed_starts.fetch_add(1, Ordering::Relaxed);
            self.lane.take_back(workers, before);
            self.sizing.failed(self.lane.now());
        }
    }
}

/// Held while a supervisor runs. Its drop releases the bus first, and then records that the supervisor has ended:
/// fields are dropped in this order.
struct Presence {
    host: Arc<dyn Host>,
    _record: RecordEnd,
}

struct RecordEnd(Arc<Scheduler>);

impl Drop for RecordEnd {
    fn drop(&mut self) {
        self.0.supervisor_ended();
    }
}
