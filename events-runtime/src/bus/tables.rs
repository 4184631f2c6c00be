//! The bound tables of a bus, found by their event's type.
//!
//! Each event has a slot, agreed on once for the process, so that an emit finds its table by an index and one
//! comparison of types; a search would cost more than a short table's run.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use events_core::bind::{AnyBound, Binder, BoundTable, LateCell};
use events_core::event::Event;
use events_core::table::AnyTable;

use crate::lane::RouteCell;

pub(crate) struct Tables {
    slots: Box<[Slot]>,
    /// For the event whose slot another image of the program agreed on: each loaded library counts its own.
    by_type: HashMap<TypeId, usize>,
}

/// On a cache line of its own, which is all that an emit reads of it.
#[repr(align(64))]
pub(super) struct Slot {
    /// The type of `table`.
    id: TypeId,
    /// Where `table` lies: from the `Arc` alone it would have to be worked out, as how it is aligned is not known there.
    at: At,
    table: Arc<dyn AnyBound>,
    /// The way of the event over its lane, made when it is first sent.
    pub(super) route: OnceLock<Box<RouteCell>>,
}

/// Where a bound table lies.
#[derive(Clone, Copy)]
struct At(NonNull<()>);

// SAFETY: it is only made of a table that is `Send`, see `Tables::bind`.
unsafe impl Send for At {}
// SAFETY: it is only made of a table that is `Sync`, see `Tables::bind`.
unsafe impl Sync for At {}

impl Tables {
    pub(super) fn bind(tables: impl Iterator<Item = &'static dyn AnyTable>, binder: &mut Binder<'_>) -> Self {
        let slots: Box<[Slot]> = tables
            .enumerate()
            .map(|(index, any)| {
                any.propose_slot(index);
                let table = any.bind(binder);
                let at = At(NonNull::from(&*table).cast());
                let id = (&*table as &dyn Any).type_id();
                Slot { id, at, table, route: OnceLock::new() }
            })
            .collect();
        let by_type = slots.iter().enumerate().map(|(index, slot)| (slot.id, index)).collect();
        Self { slots, by_type }
    }

    #[inline(always)]
    pub(crate) fn get<E: Event>(&self) -> Option<&BoundTable<E>> {
        self.slot::<E>().map(|slot| {
            // SAFETY: `slot` compared the type of `table`: `bind` took its id and its place from the value itself, and
            // neither is changed after. `downcast_ref` does the same, with the id behind a virtual call.
            unsafe { slot.at.0.cast::<BoundTable<E>>().as_ref() }
        })
    }

    /// The bound table of `E`, to be kept.
    pub(super) fn get_shared<E: Event>(&self) -> Option<Arc<BoundTable<E>>> {
        let table: Arc<dyn Any + Send + Sync> = self.slot::<E>()?.table.clone();
        table.downcast().ok()
    }

    /// The slot of `E`.
    #[inline(always)]
    pub(super) fn slot<E: Event>(&self) -> Option<&Slot> {
        match self.slots.get(E::__table().slot()) {
            Some(slot) if slot.id == TypeId::of::<BoundTable<E>>() => Some(slot),
            _ => self.find(TypeId::of::<BoundTable<E>>()),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&self, id: TypeId) -> Option<&Slot> {
        self.by_type.get(&id).map(|&index| &self.slots[index])
    }

    /// Where each table keeps its late handlers.
    pub(crate) fn late(&self) -> impl Iterator<Item = &LateCell> {
        self.slots.iter().map(|slot| slot.table.late())
    }

    /// The routes of the events that were sent.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &RouteCell> {
        self.slots.iter().filter_map(|slot| slot.route.get()).map(|route| &**route)
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }
}
