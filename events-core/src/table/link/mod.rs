//! How the rows of all tables are gathered: by the linker, or before `main` (`inventory`) where no linker can or the feature
//! `inventory` asks for it. The one place where that is decided.
//!
//! All rows of a program stand in one section, and each knows by its type of which event it is: a row finds its table by
//! the type of its event, as rustc resolved it, and by no name. So nothing that safe code can write puts a row into the
//! table of another event.

#[cfg(not(any(feature = "inventory", miri, target_family = "wasm",)))]
#[path = "linker.rs"]
mod backend;

#[cfg(any(feature = "inventory", miri, target_family = "wasm",))]
#[path = "inventory.rs"]
mod backend;

use core::any::Any;

pub use backend::*;

use super::{AnyTable, Table};
use crate::event::Event;
use crate::handler::{Entry, Observer};

/// A row of some table, as it stands among the rows of all tables. Always an [`Entry`].
pub struct Row(&'static (dyn Any + Send + Sync));

impl Row {
    /// The row of a handler of `E`. Where that is no event, no table ever asks for it.
    pub const fn new<E: ?Sized>(entry: &'static Entry<E>) -> Self {
        Self(entry)
    }
}

/// The table of some event, as it stands among all tables. Always a [`Table`].
pub struct AnyTableRow(&'static dyn AnyTable);

impl AnyTableRow {
    /// The table of `E`.
    pub const fn new<E: Event>(table: &'static Table<E>) -> Self {
        Self(table)
    }
}

/// A handler of all events, as it stands among all of them.
pub struct ObserverRow(&'static Observer);

impl ObserverRow {
    /// The row of this one.
    pub const fn new(observer: &'static Observer) -> Self {
        Self(observer)
    }
}

/// The handlers of all events of the program.
pub(crate) fn observers() -> impl Iterator<Item = &'static Observer> {
    backend::observer_rows().map(|row| row.0)
}

/// The tables of all events of the program.
pub(crate) fn tables() -> impl Iterator<Item = &'static dyn AnyTable> {
    backend::table_rows().map(|row| row.0)
}

/// The rows of one table, as the linker left them.
#[cfg(not(feature = "alloc"))]
pub(crate) fn entries<E: Event>() -> impl Iterator<Item = &'static Entry<E>> {
    backend::rows().filter_map(|row| row.0.downcast_ref())
}

/// The rows of one table, as the linker left them.
#[cfg(feature = "alloc")]
pub(crate) fn entries<E: Event>() -> impl Iterator<Item = &'static Entry<E>> {
    by_type::of(core::any::TypeId::of::<Entry<E>>()).iter().filter_map(|(_, row)| row.downcast_ref())
}

/// All rows by their type, sorted out once: a search for each of a thousand tables through all rows would not do.
#[cfg(feature = "alloc")]
mod by_type {
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use core::any::{Any, TypeId};

    use once_cell::race::OnceBox;

    type Typed = (TypeId, &'static (dyn Any + Send + Sync));

    static ROWS: OnceBox<Vec<Typed>> = OnceBox::new();

    pub(super) fn of(id: TypeId) -> &'static [Typed] {
        let rows = ROWS.get_or_init(|| {
            let mut rows: Vec<Typed> = super::backend::rows().map(|row| (row.0.type_id(), row.0)).collect();
            rows.sort_by_key(|&(id, _)| id);
            Box::new(rows)
        });
        let start = rows.partition_point(|&(other, _)| other < id);
        let length = rows[start..].partition_point(|&(other, _)| other == id);
        &rows[start..start + length]
    }
}
