//! A list in a mutex, as written by hand: closures are boxed, run in the order of registration, and are removed when
//! the drop of their guard returns.
//!
//! An emit holds the lock while it runs them. So the drop of a guard waits for a closure that runs. A closure
//! that subscribes deadlocks; on the bus it does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::event::Ticked;

type Closure = Box<dyn Fn(&Ticked) + Send + Sync>;

/// A handle to the list.
#[derive(Clone, Default)]
pub(super) struct Locked {
    list: Arc<Mutex<List>>,
}

#[derive(Default)]
struct List {
    closures: Vec<(u64, Closure)>,
    next_id: u64,
}

/// Unregisters when it is dropped.
pub(super) struct LockedGuard {
    list: Arc<Mutex<List>>,
    id: u64,
}

fn lock(list: &Mutex<List>) -> MutexGuard<'_, List> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Locked {
    pub(super) fn register(&self, closure: impl Fn(&Ticked) + Send + Sync + 'static) -> LockedGuard {
        // Boxed before the lock is taken.
        let closure = Box::new(closure);
        let mut list = lock(&self.list);
        let id = list.next_id;
        list.next_id += 1;
        list.closures.push((id, closure));
        drop(list);
        LockedGuard { list: self.list.clone(), id }
    }

    pub(super) fn emit(&self, event: &Ticked) {
        for (_, closure) in &lock(&self.list).closures {
            closure(event);
        }
    }
}

impl Drop for LockedGuard {
    fn drop(&mut self) {
        let mut list = lock(&self.list);
        // Searched from the end, because the newest is most often removed first.
        let at = list.closures.iter().rposition(|(id, _)| *id == self.id);
        let removed = at.map(|at| list.closures.remove(at));
        drop(list);
        drop(removed);
    }
}
