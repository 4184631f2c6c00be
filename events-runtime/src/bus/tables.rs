//! The bound tables of a bus, found by their event's type.
//!
//! Each event has a slot, agreed on once for the process, so that an emit finds its table by an index and one
//! comparison of types; a search would cost more than a short table's run.

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
    /// For the event whose slot another image of the program agreed on: each loaded library counts its own.
    by_type: HashMap<TypeId, usize>,
}

/// On a cache line of its own, which is all that an emit reads of it.
#[repr(align(64))]
pub(super) struct BoundEvent {
    /// The type of the event of `table`.
    id: TypeId,
    table: Arc<AnyBound>,
    /// How it is handled on its own lane; made when it is first sent.
    pub(super) route: OnceLock<Box<Route>>,
    /// The same for other lanes that it was sent to. Boxed, for routes do not move.
    #[allow(clippy::vec_box)]
    others: Mutex<Vec<Box<Route>>>,
}

impl BoundEvent {
    /// The route over another lane than its own, made where there is none.
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
        // SAFETY: routes lie in boxes that are dropped with the bus, which this borrows; none is ever taken out.
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
        // SAFETY: it has the type of the table of `E`.
        Some(unsafe { bound.typed() })
    }

    /// The bound table of `E`, to be kept.
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

    /// What is bound of the event of `table`. It has that type: `bind` took the id from the bound table itself, and neither
    /// is changed after.
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

    /// Where each table keeps its late handlers.
    pub(crate) fn late(&self) -> impl Iterator<Item = &LateCell> {
        self.events.iter().map(|event| event.table.late())
    }

    /// Shows the routes of the events that were sent.
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
