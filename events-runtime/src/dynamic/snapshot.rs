use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use events_core::event::{EventMeta, SyncEvent};
use events_core::handler::HandlerOutput;
use events_core::private::plumbing::{AnyRow, run_rows};
use events_core::{Context, Outcome};

use super::list::{DynamicSubscription, LINKED, Shared};
use super::{ByType, EventBus, FromLinked};

/// A bus without a lock: each change copies the map of handlers and swaps it.
///
/// An emit reads the current map, and sees no change until it ends. A subscription copies the map and the list of its event.
///
/// ```
/// use events::prelude::*;
/// use events::{SnapshotBus, EventBus};
///
/// #[event]
/// struct Tick;
///
/// let bus = SnapshotBus::new();
/// let _guard = bus.subscribe(|_: &Tick| Err("stopped"));
/// let outcome = bus.emit(&Tick);
/// assert_eq!((outcome.ran(), outcome.failures().len()), (1, 1));
/// ```
#[derive(Default)]
pub struct SnapshotBus {
    map: Arc<Map>,
}

type Rows = HashMap<TypeId, Arc<[Shared]>, ByType>;

#[derive(Default)]
struct Map {
    rows: ArcSwap<Rows>,
    last_id: AtomicU64,
}

impl SnapshotBus {
    /// A bus without handlers.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Map {
    fn change(&self, key: TypeId, change: impl Fn(&[Shared]) -> Vec<Shared>) {
        self.rows.rcu(|before| {
            let mut after = Rows::clone(before);
            let list = change(after.get(&key).map_or(&[], |list| list));
            after.insert(key, list.into());
            after
        });
    }

    fn add(&self, key: TypeId, rows: &[Shared]) {
        self.change(key, |list| list.iter().chain(rows).cloned().collect());
    }
}

impl EventBus for SnapshotBus {
    type Guard = DynamicSubscription;

    #[inline]
    fn emit_with<E: SyncEvent>(&self, event: &E, cx: &Context) -> Outcome {
        match self.map.rows.load().get(&TypeId::of::<E>()) {
            Some(rows) => run_rows(rows, |kept| &kept.row, event, cx),
            None => Outcome::none(),
        }
    }

    #[track_caller]
    fn subscribe<E: SyncEvent, R: HandlerOutput>(
        &self,
        closure: impl Fn(&E) -> R + Send + Sync + 'static,
    ) -> DynamicSubscription {
        let key = TypeId::of::<E>();
        let id = self.map.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        self.map.add(key, &[Shared { row: Arc::new(AnyRow::closure(closure)), id }]);
        let map = Arc::downgrade(&self.map);
        DynamicSubscription::new(move || {
            if let Some(map) = map.upgrade() {
                map.change(key, |list| list.iter().filter(|kept| kept.id != id).cloned().collect());
            }
        })
    }
}

impl FromLinked for SnapshotBus {
    fn register(&mut self, id: TypeId, _: &'static EventMeta, rows: Vec<AnyRow>) {
        let rows: Vec<Shared> =
            rows.into_iter().map(|row| Shared { row: Arc::new(row), id: LINKED }).collect();
        self.map.add(id, &rows);
    }
}

impl fmt::Debug for SnapshotBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotBus").finish_non_exhaustive()
    }
}
