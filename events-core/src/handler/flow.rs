#[cfg(feature = "alloc")]
use alloc::{boxed::Box, string::String};

#[cfg(feature = "alloc")]
use crate::outcome::BoxError;
use crate::outcome::{Failures, Stop, StopReason, StoppedBy};
use crate::text::Text;

/// The result of one entry of a table: how many handlers ran, whether the later ones are stopped, and what failed.
///
/// It is returned in two registers, so that a loop over a table costs as much as a loop over plain functions. Every
/// flow other than "ran, go on" is handled out of line.
#[must_use]
pub struct Flow {
    /// How many handlers ran (low half), how many of the entry's were not reached (high half, without the top bits),
    /// whether there is a fault, and whether the later handlers are left out (top bits).
    tally: u64,
    /// There is a fault if and only if the tally has the bit `FAULT`, so that the loop needs to check one word only.
    fault: Option<Boxed<Fault>>,
}

#[cfg(feature = "alloc")]
type Boxed<T> = Box<T>;
#[cfg(not(feature = "alloc"))]
type Boxed<T> = T;

const STOP: u64 = 1 << 63;
const FAULT: u64 = 1 << 62;
const ALL_RAN: u64 = u32::MAX as u64;

/// What can go wrong in an entry.
#[cfg(feature = "alloc")]
pub(crate) enum Fault {
    /// The handler returned an error, which may be retried or not.
    Error { error: BoxError, is_retryable: bool },
    /// The handler panicked, with this message.
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    Panicked(String),
    /// The handler takes an argument that only a bus can provide.
    NeedsBus,
    /// The handler stopped the later handlers, for a reason. This is no failure.
    Stop(Text),
    /// Handlers of a group failed, or the group was interrupted.
    Group(Failures, Option<Interrupted>),
}

/// What can go wrong in an entry.
#[cfg(not(feature = "alloc"))]
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// The handler returned an error.
    Error,
    /// The handler takes an argument that only a bus can provide.
    NeedsBus,
    /// The handler stopped the later handlers, for a reason. This is no failure.
    Stop(Text),
    /// Handlers of a group failed, or the group was interrupted.
    Group(Failures, Option<Interrupted>),
}

/// Why a group did not reach all of its handlers.
#[derive(Clone)]
#[cfg_attr(not(feature = "alloc"), derive(Copy))]
pub(crate) struct Interrupted {
    pub(crate) stop: Stop,
    pub(crate) unreached: u32,
    /// The handler that stopped it, if one did.
    pub(crate) by: Option<StoppedBy>,
}

impl Flow {
    /// The handler ran; go on with the next.
    pub const RAN: Self = Self { tally: 1, fault: None };
    /// The handler's condition did not hold; go on with the next.
    pub const SKIPPED: Self = Self { tally: 0, fault: None };
    /// The handler ran and stops the later handlers.
    pub const STOP: Self = Self { tally: 1 | STOP, fault: None };

    /// The handler ran and returned an error.
    // Not inlined, because every handler would then reserve stack space for it, even if it never fails.
    #[cfg(feature = "alloc")]
    #[cold]
    #[inline(never)]
    pub fn failed(error: impl Into<BoxError>) -> Self {
        Self::fault(1, Fault::Error { error: error.into(), is_retryable: true })
    }

    /// The handler ran and returned an error. `retryable` says whether running it again may help.
    #[cfg(feature = "alloc")]
    #[cold]
    #[inline(never)]
    pub(crate) fn failed_if<E: Into<BoxError>>(error: E, retryable: fn(&E) -> bool) -> Self {
        let is_retryable = retryable(&error);
        Self::fault(1, Fault::Error { error: error.into(), is_retryable })
    }

    /// The handler ran and returned an error.
    #[cfg(not(feature = "alloc"))]
    #[cold]
    pub fn failed() -> Self {
        Self::fault(1, Fault::Error)
    }

    /// The handler did not run, because an argument comes from a bus and there is none.
    #[cold]
    #[inline(never)]
    pub fn needs_bus() -> Self {
        Self::fault(0, Fault::NeedsBus)
    }

    /// The handler ran and stops the later handlers, for a reason.
    #[cold]
    #[inline(never)]
    pub(crate) fn stop(reason: StopReason) -> Self {
        let mut flow = Self::fault(1, Fault::Stop(reason.into_text()));
        flow.tally |= STOP;
        flow
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn fault(ran: u32, fault: Fault) -> Self {
        Self { tally: u64::from(ran) | FAULT, fault: Some(Box::new(fault)) }
    }

    #[cfg(not(feature = "alloc"))]
    pub(crate) fn fault(ran: u32, fault: Fault) -> Self {
        Self { tally: u64::from(ran) | FAULT, fault: Some(fault) }
    }

    /// A group in which `ran` handlers ran. If one of them stopped the later ones, `stopped` handlers did not run.
    #[inline(always)]
    pub(crate) fn group(ran: u32, stopped: Option<u32>) -> Self {
        match stopped {
            None => Self { tally: u64::from(ran), fault: None },
            Some(unreached) => {
                Self { tally: u64::from(ran) | STOP | u64::from(unreached) << 32, fault: None }
            }
        }
    }

    /// How many handlers ran.
    #[inline(always)]
    pub(crate) fn ran(&self) -> u32 {
        self.tally as u32
    }

    /// Whether the flow is just "ran, go on".
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.tally <= ALL_RAN
    }

    /// The number of handlers that ran, if the flow is plain. Otherwise the flow itself.
    #[inline(always)]
    #[cfg_attr(not(feature = "alloc"), allow(clippy::result_large_err))]
    pub(crate) fn plain(self) -> Result<u32, Self> {
        if self.is_plain() {
            let ran = self.ran();
            // A plain flow has nothing to drop. `forget` removes that check from the loop.
            #[cfg_attr(not(feature = "alloc"), allow(clippy::forget_non_drop))]
            core::mem::forget(self);
            Ok(ran)
        } else {
            Err(self)
        }
    }

    /// How many of the entry's own handlers were left out, if the later handlers are left out. `None` if they run.
    pub(crate) fn stops(&self) -> Option<u32> {
        (self.tally & STOP != 0).then_some(((self.tally & !(STOP | FAULT)) >> 32) as u32)
    }

    pub(crate) fn into_fault(self) -> Option<Fault> {
        #[cfg(feature = "alloc")]
        return self.fault.map(|fault| *fault);
        #[cfg(not(feature = "alloc"))]
        self.fault
    }
}
