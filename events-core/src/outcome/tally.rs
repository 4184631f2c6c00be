use super::{Failures, Outcome, Place, Stop, StoppedBy};
use crate::handler::{Fault, Flow, Interrupted};

/// The failures of a run, and what stopped it. The loop itself counts the handlers that ran.
pub(crate) struct Tally {
    failures: Failures,
    stop: Option<Stop>,
    unreached: u32,
    /// The handler that stopped the run, if one did.
    by: Option<StoppedBy>,
}

impl Tally {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { failures: Failures::NONE, stop: None, unreached: 0, by: None }
    }

    /// Whether no handler failed and nothing stopped the run.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.stop.is_none() && self.failures.is_empty()
    }

    /// Adds a flow that is not plain, of the row that `place` names. `rest` returns how many handlers come after that row.
    /// Returns whether the run goes on.
    #[cold]
    pub(crate) fn absorb(&mut self, place: Place, flow: Flow, rest: impl FnOnce() -> u32) -> bool {
        let broke = flow.stops();
        let (mut interrupted, mut stop_reason) = (None, None);
        match flow.into_fault() {
            None => {}
            Some(Fault::Group(failures, cut)) => {
                self.failures.append(failures);
                interrupted = cut;
            }
            Some(Fault::Stop(reason)) => stop_reason = Some(reason),
            Some(fault) => self.failures.add(place, fault),
        }
        if let Some(Interrupted { stop, unreached, by }) = interrupted {
            self.by = by;
            self.interrupt(stop, unreached + rest());
            false
        } else if let Some(unreached) = broke {
            self.by = Some(StoppedBy { place: place.before(unreached), reason: stop_reason });
            self.interrupt(Stop::Break, unreached + rest());
            false
        } else {
            true
        }
    }

    pub(crate) fn interrupt(&mut self, stop: Stop, unreached: u32) {
        self.stop = Some(stop);
        self.unreached = unreached;
    }

    #[inline(always)]
    pub(crate) fn into_outcome(self, ran: u32) -> Outcome {
        if self.is_plain() {
            Outcome::plain(ran)
        } else {
            Outcome::assemble(ran, self.stop, self.unreached, self.failures, self.by)
        }
    }

    /// Converts the tally of a group into the flow of its row.
    pub(crate) fn into_flow(self, ran: u32) -> Flow {
        let interrupted = match self.stop {
            None => None,
            // The number of handlers after it identifies the handler that stopped the run.
            Some(Stop::Break)
                if self.failures.is_empty() && self.by.as_ref().is_none_or(|by| by.reason.is_none()) =>
            {
                return Flow::group(ran, Some(self.unreached));
            }
            Some(stop) => Some(Interrupted { stop, unreached: self.unreached, by: self.by }),
        };
        if self.failures.is_empty() && interrupted.is_none() {
            Flow::group(ran, None)
        } else {
            Flow::fault(ran, Fault::Group(self.failures, interrupted))
        }
    }
}
