//! The bound tables of a bus, found by their event's type.
//!
//! Each event has a slot, agreed on once for the process, so that an emit finds its table by an index and one
//! comparison of types; a search would cost more than a short table's run.

use std::any::{Any, TypeId};
use std::collections::HashMap;

use events_core::bind::{Binder, BoundTable};
use events_core::event::Event;
use events_core::table::AnyTable;

pub(crate) struct Tables {
    slots: Box<[Slot]>,
    /// For the event whose slot another image of the program agreed on: each loaded library counts its own.
    by_type: HashMap<TypeId, usize>,
}

struct Slot {
    /// The type of `table`.
    id: TypeId,
    table: Box<dyn Any + Send + Sync>,
}

impl Tables {
    pub(super) fn bind(tables: impl Iterator<Item = &'static dyn AnyTable>, binder: &mut Binder<'_>) -> Self {
        let slots: Box<[Slot]> = tables
            .enumerate()
            .map(|(index, any)| {
                any.propose_slot(index);
                let table = any.bind(binder);
                Slot { id: (*table).type_id(), table }
            })
            .collect();
        let by_type = slots.iter().enumerate().map(|(index, slot)| (slot.id, index)).collect();
        Self { slots, by_type }
    }

    #[inline(always)]
    pub(crate) fn get<E: Event>(&self) -> Option<&BoundTable<E>> {
        match self.slots.get(E::__table().slot()) {
            Some(slot) if slot.id == TypeId::of::<BoundTable<E>>() => {
                let table: *const (dyn Any + Send + Sync) = &*slot.table;
                // SAFETY: `table` is of the type whose id was just compared: `bind` took the id from the value itself,
                // and neither is changed after. `downcast_ref` does the same, with the id behind a virtual call.
                Some(unsafe { &*table.cast::<BoundTable<E>>() })
            }
            _ => self.find(),
        }
    }

    #[cold]
    #[inline(never)]
    fn find<E: Event>(&self) -> Option<&BoundTable<E>> {
        let &index = self.by_type.get(&TypeId::of::<BoundTable<E>>())?;
        self.slots[index].table.downcast_ref()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }
}
