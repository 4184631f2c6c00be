//! What handlers note: an extractor of our own.
//!
//! A handler that asks for [`Notes`] has a page of its own in the [`Journal`] of the bus: which page is found once, when
//! the bus is built, and a run costs one atomic addition.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use events::Context;
use events::bind::{BindError, Binder};
use events::extract::Extractor;
use events::handler::HandlerMeta;

/// How many notes a page keeps; older ones go first.
const KEPT: usize = 1000;

/// The state behind [`Notes`]: a page for each handler.
#[derive(Debug, Default)]
pub struct Journal {
    /// By the handler's full path.
    pages: Mutex<BTreeMap<&'static str, Arc<Page>>>,
}

impl Journal {
    /// The page of a handler.
    pub fn page(&self, handler: &'static HandlerMeta) -> Arc<Page> {
        lock(&self.pages).entry(handler.path).or_default().clone()
    }
}

/// How often a handler ran, and what it noted.
#[derive(Debug, Default)]
pub struct Page {
    runs: AtomicU64,
    notes: Mutex<VecDeque<Note>>,
}

/// What a handler did with one webhook.
#[derive(Clone, Debug)]
pub struct Note {
    /// The line of the input on which the webhook stands.
    pub line: u64,
    /// What was done, in a few words.
    pub text: String,
}

impl Page {
    /// How often the handler ran.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// What it noted, oldest first.
    pub fn notes(&self) -> Vec<Note> {
        lock(&self.notes).iter().cloned().collect()
    }

    /// What it noted last.
    pub fn last(&self) -> Option<Note> {
        lock(&self.notes).back().cloned()
    }
}

/// The page on which this handler notes what it does with this webhook.
#[derive(Clone, Copy, Debug)]
pub struct Notes<'a> {
    page: &'a Page,
    line: u64,
}

impl Notes<'_> {
    /// Notes what was done, in a few words.
    pub fn add(&self, text: impl Into<String>) {
        let mut notes = lock(&self.page.notes);
        if notes.len() == KEPT {
            notes.pop_front();
        }
        notes.push_back(Note { line: self.line, text: text.into() });
    }
}

impl<'a> Extractor<'a> for Notes<'a> {
    type Bound = Arc<Page>;

    fn bind(binder: &mut Binder<'_>) -> Result<Self::Bound, BindError> {
        let journal = binder.state::<Journal>().ok_or_else(BindError::missing_state::<Journal>)?;
        let handler =
            binder.handler().ok_or_else(|| BindError::new("only a handler has a page in the journal"))?;
        Ok(journal.page(handler))
    }

    /// Made when a handler is about to run, behind its `when`: that is where runs are counted.
    fn extract(page: &'a Self::Bound, cx: &'a Context) -> Self {
        page.runs.fetch_add(1, Ordering::Relaxed);
        let line = cx.trace().map_or(0, |trace| u64::from_be_bytes(trace.span_id().to_bytes()));
        Self { page, line }
    }
}

/// A handler that panicked while it noted something spoils no notes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
