//! The only module of this crate that uses `inventory`.

use super::{AnyTableRow, ObserverRow, Row};

#[doc(hidden)]
pub use inventory;

/// Which backend this is.
pub const BACKEND: &str = "inventory";

inventory::collect!(RowRef);
inventory::collect!(AnyTableRow);
inventory::collect!(ObserverRow);

/// A row as it is submitted: by its address, because without an allocator a part of a row is changed later.
pub struct RowRef(&'static Row);

impl RowRef {
    /// This row.
    pub const fn new(row: &'static Row) -> Self {
        Self(row)
    }
}

pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    inventory::iter::<RowRef>.into_iter().map(|row| row.0)
}

pub(super) fn table_rows() -> impl Iterator<Item = &'static AnyTableRow> {
    inventory::iter::<AnyTableRow>.into_iter()
}

pub(super) fn observer_rows() -> impl Iterator<Item = &'static ObserverRow> {
    inventory::iter::<ObserverRow>.into_iter()
}

/// Submits a row.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_row {
    ($row:expr) => {
        static __ROW: $crate::private::Row = $row;
        $crate::private::inventory::submit! { $crate::private::RowRef::new(&__ROW) }
    };
}
#[doc(hidden)]
pub use __place_row as place_row;

/// Submits a table.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_table {
    ($row:expr) => {
        $crate::private::inventory::submit! { $row }
    };
}
#[doc(hidden)]
pub use __place_table as place_table;

/// Submits a handler of all events.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_observer {
    ($row:expr) => {
        $crate::private::inventory::submit! { $row }
    };
}
#[doc(hidden)]
pub use __place_observer as place_observer;
