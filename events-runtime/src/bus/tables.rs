//! The bound tables of a bus, found by their event's type.
//!
//! Each event has a slot, fixed once for the process, so that an emit finds its table by an index and one comparison of
//! types. A search would cost more than running a short table.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use events_core::bind::Binder;
use events_core::event::Event;
use events_core::private::plumbing::AnyTable;
use events_core::private::plumbing::{AnyBound, BoundTable, LateCell};

use crate::lane::{Route, Scheduler};
use crate::sync::Mutex;

pub(crate) struct Tables {
    events: Box<[BoundEvent]>,
    /// For events whose slot was fixed by another image of the program: each dynamic library numbers its own events.
    by_type: HashMap<TypeId, usize>,
}

/// Aligned to a cache line, so that an emit reads one line to find the table.
#[repr(align(64))]
pub(super) struct BoundEvent {
    /// The event type of `table`.
    id: TypeId,
    table: Arc<AnyBound>,
    /// The route on the event's own lane, made when the event is first sent.
    pub(super) route: OnceLock<Box<Route>>,
    /// The routes on other lanes that the event was sent to. Boxed, because messages point to routes, so they must not
    /// move.
    #[allow(clippy::vec_box)]
    others: Mutex<Vec<Box<Route>>>,
}

impl BoundEvent {
    /// The route on a lane other than the event's own. Makes it if there is none yet.
    pub(super) fn route_over(&self, lane: &Arc<Scheduler>, new: impl FnOnce() -> Route) -> &Route {
        let mut others = self.others.lock();
        let at = match others.iter().position(|route| Arc::ptr_eq(route.lane(), lane)) {
            Some(at) => at,
            None => {
                others.push(Box::new(new()));
                others.len() - 1
            }
        };
        let route: *const Route = &*others[at];
        // SAFETY: routes are boxed, are never removed, and are dropped with the bus, which `self` borrows.
        unsafe { &*route }
    }
}

impl Tables {
    pub(super) fn bind(tables: impl Iterator<Item = &'static AnyTable>, binder: &mut Binder<'_>) -> Self {
        let events: Box<[BoundEvent]> = tables
            .enumerate()
            .map(|(index, any)| {
                any.propose_slot(index);
                let table = any.bind(binder);
                let (route, others) = (OnceLock::new(), Mutex::default());
                BoundEvent { id: table.event_id(), table, route, others }
            })
            .collect();
        let by_type = events.iter().enumerate().map(|(index, event)| (event.id, index)).collect();
        Self { events, by_type }
    }

    #[inline(always)]
    pub(crate) fn get<E: Event>(&self) -> Option<&BoundTable<E>> {
        let bound = self.bound(E::__table().any())?;
        // SAFETY: `bound` returns the table of the event type of the table it is given, which is `E`.
        Some(unsafe { bound.typed() })
    }

    /// The bound table of `E`, shared.
    pub(super) fn get_shared<E: Event>(&self) -> Option<Arc<BoundTable<E>>> {
        self.event(E::__table().any())?.table.clone().typed_shared()
    }

    /// The bound table of the event of `table`.
    #[inline(always)]
    pub(super) fn bound(&self, table: &AnyTable) -> Option<&AnyBound> {
        match self.event(table) {
            Some(event) => Some(&event.table),
            None => None,
        }
    }

    /// The bound event of `table`. Its table is of the same event type: `bind` took `id` from it, and neither changes
    /// after that.
    #[inline(always)]
    pub(super) fn event(&self, table: &AnyTable) -> Option<&BoundEvent> {
        match self.events.get(table.slot()) {
            Some(event) if event.id == table.type_id() => Some(event),
            _ => self.find(table.type_id()),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&self, id: TypeId) -> Option<&BoundEvent> {
        self.by_type.get(&id).map(|&index| &self.events[index])
    }

    /// The cell of each table for its late handlers.
    pub(crate) fn late(&self) -> impl Iterator<Item = &LateCell> {
        self.events.iter().map(|event| event.table.late())
    }

    /// Calls `see` with the route of each event that was sent.
    pub(crate) fn for_each_route(&self, see: &mut dyn FnMut(&Route)) {
        for event in &self.events {
            event.route.get().into_iter().for_each(|route| see(route));
            event.others.lock().iter().for_each(|route| see(route));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }
}
