//! The rows of all tables are gathered by the linker, or before `main` by `inventory` if no linker can do it or the feature
//! `inventory` is on. Only this module decides which.
//!
//! All rows of a program are in one section, and each contains the type of its event. A row is assigned to its table by this
//! type, as rustc resolved it, and not by a name. Safe code therefore cannot put a row into the table of another event.

#[cfg(not(any(feature = "inventory", miri, target_family = "wasm",)))]
#[path = "linker.rs"]
mod backend;

#[cfg(any(feature = "inventory", miri, target_family = "wasm",))]
#[path = "inventory.rs"]
mod backend;

#[cfg(not(feature = "alloc"))]
use core::any::TypeId;

pub use backend::*;

use super::{AnyTable, Table};
use crate::event::Event;
use crate::handler::{AnyEntry, Entry, Observer};

/// A row of some table, as an element of the section of all rows. It contains the type of its event.
pub struct Row(AnyEntry);

impl Row {
    /// The row of a handler of `E`. If `E` is no event, no table uses the row.
    pub const fn new<E: ?Sized>(entry: Entry<E>) -> Self {
        Self(entry.into_any())
    }
}

/// The table of some event, as an element of the section of all tables.
pub struct AnyTableRow(&'static AnyTable);

impl AnyTableRow {
    /// The table of `E`.
    pub const fn new<E: Event>(table: &'static Table<E>) -> Self {
        Self(table.any())
    }
}

/// A handler of all events, as an element of their section.
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
pub(crate) fn tables() -> impl Iterator<Item = &'static AnyTable> {
    backend::table_rows().map(|row| row.0)
}

/// The rows of one table, as the linker left them.
#[cfg(not(feature = "alloc"))]
pub(crate) fn entries(event: TypeId) -> impl Iterator<Item = &'static AnyEntry> {
    backend::rows().map(|row| &row.0).filter(move |row| row.event == event)
}

#[cfg(feature = "alloc")]
pub(crate) use by_type::entries;

/// All rows by the type of their event, sorted once. To search through all rows for each table would take too long in a
/// program with a thousand tables.
#[cfg(feature = "alloc")]
mod by_type {
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use core::any::TypeId;

    use once_cell::race::OnceBox;

    use crate::handler::AnyEntry;

    type Typed = (TypeId, &'static AnyEntry);

    static ROWS: OnceBox<Vec<Typed>> = OnceBox::new();

    /// The rows of one table, as the linker left them.
    pub(crate) fn entries(event: TypeId) -> &'static [Typed] {
        let rows = ROWS.get_or_init(|| {
            let mut rows: Vec<Typed> = super::backend::rows().map(|row| (row.0.event, &row.0)).collect();
            rows.sort_by_key(|&(event, _)| event);
            Box::new(rows)
        });
        let start = rows.partition_point(|&(other, _)| other < event);
        let length = rows[start..].partition_point(|&(other, _)| other == event);
        &rows[start..start + length]
    }
}
