use std::any::TypeId;
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, TryLockError};

use events_core::event::{EventMeta, SyncEvent};
use events_core::handler::HandlerOutput;
use events_core::private::plumbing::{AnyRow, run_rows};
use events_core::{Context, Outcome};

use super::list::{DynamicSubscription, LINKED, Owned};
use super::{ByType, EventBus, FromLinked};

/// A bus as in many other ecosystems: `RwLock<HashMap<TypeId, Vec<Box<dyn Fn(&dyn Any)>>>>`.
///
/// It holds the lock while handlers run. So an emit costs a lock, a look-up by hash and, for each handler, a virtual call and a
/// downcast. If a handler subscribes or unsubscribes, that takes effect when the outermost emit of its thread ends.
///
/// ```
/// use events::prelude::*;
/// use events::{DynamicBus, EventBus};
///
/// #[event]
/// struct Tick;
///
/// let bus = DynamicBus::new();
/// let _guard = bus.subscribe(|_: &Tick| Err("stopped"));
/// let outcome = bus.emit(&Tick);
/// assert_eq!((outcome.ran(), outcome.failures().len()), (1, 1));
/// ```
#[derive(Default)]
pub struct DynamicBus {
    map: Arc<LockedMap<TypeId, ByType>>,
}

impl DynamicBus {
    /// A bus without handlers.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EventBus for DynamicBus {
    type Guard = DynamicSubscription;

    #[inline]
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome {
        self.map.run(&TypeId::of::<E>(), |rows| run_rows(rows, |kept| &kept.row, event, cx))
    }

    #[track_caller]
    fn subscribe<E: SyncEvent, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> DynamicSubscription {
        LockedMap::subscribe(&self.map, TypeId::of::<E>(), AnyRow::closure(closure))
    }
}

impl FromLinked for DynamicBus {
    fn register(&mut self, id: TypeId, _: &'static EventMeta, rows: Vec<AnyRow>) {
        self.map.register(id, rows);
    }
}

impl fmt::Debug for DynamicBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicBus").finish_non_exhaustive()
    }
}

/// Rows by key under one lock, which handlers may take again.
///
/// A writer never waits in the queue of the lock: it tries until the lock is free. A waiting writer would stop new
/// readers, so a handler that emits, and so reads again, would wait for the writer while the writer waits for it.
pub(super) struct LockedMap<K, S> {
    rows: RwLock<HashMap<K, Vec<Owned>, S>>,
    /// Changes that handlers made, to be applied when their emit ends.
    pending: Mutex<Vec<Change<K>>>,
    has_pending: AtomicBool,
    next_id: AtomicU64,
}

enum Change<K> {
    Add(K, Owned),
    Remove(K, u64),
}

thread_local! {
    /// How many emits on buses of this kind are running on this thread, one inside the other.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

struct Inside;

impl Inside {
    fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

impl<K, S: Default> Default for LockedMap<K, S> {
    fn default() -> Self {
        Self {
            rows: RwLock::default(),
            pending: Mutex::default(),
            has_pending: AtomicBool::new(false),
            next_id: AtomicU64::new(LINKED + 1),
        }
    }
}

impl<K, S> LockedMap<K, S>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    S: BuildHasher + Send + Sync + 'static,
{
    #[inline]
    pub(super) fn run<Q>(&self, key: &Q, run: impl FnOnce(&[Owned]) -> Outcome) -> Outcome
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let outcome = {
            let _inside = Inside::enter();
            let rows = self.read();
            match rows.get(key) {
                Some(rows) => run(rows),
                None => Outcome::none(),
            }
        };
        if self.has_pending.load(Ordering::Acquire) && DEPTH.get() == 0 {
            self.apply_pending();
        }
        outcome
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<K, Vec<Owned>, S>> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn subscribe(this: &Arc<Self>, key: K, row: AnyRow) -> DynamicSubscription {
        let id = this.next_id.fetch_add(1, Ordering::Relaxed);
        this.change(Change::Add(key.clone(), Owned { row, id }));
        let map = Arc::downgrade(this);
        DynamicSubscription::new(move || {
            if let Some(map) = map.upgrade() {
                map.change(Change::Remove(key, id));
            }
        })
    }

    pub(super) fn register(&self, key: K, rows: Vec<AnyRow>) {
        for row in rows {
            self.change(Change::Add(key.clone(), Owned { row, id: LINKED }));
        }
    }

    fn change(&self, change: Change<K>) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).push(change);
        self.has_pending.store(true, Ordering::Release);
        if DEPTH.get() == 0 {
            self.apply_pending();
        }
    }

    #[cold]
    fn apply_pending(&self) {
        let mut rows = loop {
            match self.rows.try_write() {
                Ok(rows) => break rows,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        };
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        self.has_pending.store(false, Ordering::Relaxed);
        let mut removed = Vec::new();
        for change in pending.drain(..) {
            match change {
                Change::Add(key, row) => rows.entry(key).or_default().push(row),
                Change::Remove(key, id) => {
                    if let Some(rows) = rows.get_mut(&key) {
                        removed.extend(rows.extract_if(.., |kept| kept.id == id));
                    }
                }
            }
        }
        // Dropped after the locks are released, because the drop of a closure's captures may use the bus.
        drop(pending);
        drop(rows);
    }
}
