//! What a worker is given to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use events_core::Context;

use super::batch::Step;
use super::envelope::{Envelope, Key};
use super::route::{RouteCell, SendCell};
use super::run::Tries;
use super::trouble::{Attempt, Reason, Target, Trouble};

/// One piece of work.
pub(super) enum Work {
    /// An event that was not run yet.
    New(Envelope),
    /// A handler to be run again.
    Again(Box<Again>),
    /// The batch handlers of an event.
    Window(SendCell, Step),
}

/// An event that some of its handlers are to see again.
pub(super) struct Case {
    pub(super) event: Arc<Envelope>,
    /// How many handlers are still to be tried.
    open: AtomicU32,
    /// Whether one of them was given up.
    dead: AtomicBool,
    /// The key that later events wait for until the case is closed.
    pub(super) holds: Option<Key>,
}

/// A handler to be run again, and what came of it so far.
pub(super) struct Again {
    pub(super) case: Arc<Case>,
    pub(super) target: Target,
    pub(super) attempts: Vec<Attempt>,
    /// Sent again by hand: a case of its own.
    pub(super) by_hand: bool,
    /// Whether it has to get its key before it is run.
    pub(super) wants_key: bool,
}

impl Again {
    /// The attempt that comes next.
    pub(super) fn tries(&self) -> Tries {
        Tries { target: self.target, attempt: self.attempts.len() as u32 + 1, by_hand: self.by_hand }
    }
}

/// What is known of an event in a window, beside the event.
pub(super) struct Note {
    pub(super) key: Option<Key>,
    pub(super) cx: Option<Box<Context>>,
    /// Whether later events of the key wait for it.
    pub(super) holds: bool,
    /// What went wrong with the handlers that take single events.
    pub(super) trouble: Option<Box<Trouble>>,
    /// The row from which on it is not to be seen.
    pub(super) cut: usize,
}

impl Note {
    /// Keeps the event from batch handlers where its context says so by now.
    pub(super) fn ask_context(&mut self) {
        if let Some(reason) = self.cx.as_deref().and_then(|cx| Reason::of_stop(cx.stop())) {
            self.cut = 0;
            self.trouble.get_or_insert_default().reason.get_or_insert(reason);
        }
    }
}

impl Case {
    /// A case of so many handlers; `dead` if others were given up already.
    pub(super) fn new(event: Arc<Envelope>, open: u32, dead: bool, holds: Option<Key>) -> Self {
        Self { event, open: AtomicU32::new(open), dead: AtomicBool::new(dead), holds }
    }

    /// Closes one of its handlers. With the last one, tells whether the event was handled in the end.
    pub(super) fn close(&self, succeeded: bool) -> Option<bool> {
        if !succeeded {
            self.dead.store(true, Ordering::Relaxed);
        }
        (self.open.fetch_sub(1, Ordering::AcqRel) == 1).then(|| !self.dead.load(Ordering::Relaxed))
    }
}

impl Work {
    /// The key that must be free for this work to begin.
    pub(super) fn wants(&self) -> Option<Key> {
        match self {
            Self::New(envelope) => envelope.key(),
            Self::Again(again) if again.wants_key => again.case.event.key(),
            _ => None,
        }
    }

    /// Whether it is a look at a window that holds nothing by now.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self, Self::Window(_, Step::Timer))
            && self.cell().any().window().is_none_or(|window| window.held() == 0)
    }

    /// Whose work it is.
    pub(super) fn cell(&self) -> &RouteCell {
        match self {
            Self::New(envelope) => envelope.route(),
            Self::Again(again) => again.case.event.route(),
            // SAFETY: whoever holds work keeps the bus alive, and the bus its routes.
            Self::Window(cell, _) => unsafe { cell.0.as_ref() },
        }
    }
}
