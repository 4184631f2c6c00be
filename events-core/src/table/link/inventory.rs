//! All that touches `inventory` in this crate.

use core::any::Any;

use crate::event::Event;
use crate::handler::{Entry, Observer};
use crate::table::AnyTable;

#[doc(hidden)]
pub use inventory;

/// Which backend this is.
pub const BACKEND: &str = "inventory";

/// A row of some table.
#[doc(hidden)]
pub struct AnyEntry(pub &'static (dyn Any + Send + Sync));

inventory::collect!(AnyEntry);

/// The table of some event.
#[doc(hidden)]
pub struct TableNode(pub &'static dyn AnyTable);

inventory::collect!(TableNode);

/// The rows of one table, among those of all tables.
pub struct Source<E: Event> {
    event: core::marker::PhantomData<fn(&E)>,
}

impl<E: Event> Source<E> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self { event: core::marker::PhantomData }
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn len(&self) -> usize {
        by_type::of::<Entry<E>>().len()
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn get(&self, index: usize) -> Option<&'static Entry<E>> {
        by_type::of::<Entry<E>>().get(index)?.downcast_ref()
    }

    #[cfg(not(feature = "alloc"))]
    fn iter(&self) -> impl Iterator<Item = &'static Entry<E>> + use<E> {
        inventory::iter::<AnyEntry>.into_iter().filter_map(|entry| entry.0.downcast_ref())
    }

    #[cfg(not(feature = "alloc"))]
    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    #[cfg(not(feature = "alloc"))]
    pub(crate) fn get(&self, index: usize) -> Option<&'static Entry<E>> {
        self.iter().nth(index)
    }
}

/// All rows by their type, sorted out once: a search for each of a thousand tables through all rows would not do.
#[cfg(feature = "alloc")]
mod by_type {
    use alloc::boxed::Box;
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;
    use core::any::{Any, TypeId};

    use once_cell::race::OnceBox;

    type Rows = BTreeMap<TypeId, Vec<&'static (dyn Any + Send + Sync)>>;

    static ROWS: OnceBox<Rows> = OnceBox::new();

    pub(super) fn of<T: 'static>() -> &'static [&'static (dyn Any + Send + Sync)] {
        let rows = ROWS.get_or_init(|| {
            let mut rows = Rows::new();
            for entry in inventory::iter::<super::AnyEntry> {
                rows.entry(entry.0.type_id()).or_default().push(entry.0);
            }
            Box::new(rows)
        });
        rows.get(&TypeId::of::<T>()).map_or(&[], Vec::as_slice)
    }
}

pub(crate) fn tables() -> impl Iterator<Item = &'static dyn AnyTable> {
    inventory::iter::<TableNode>.into_iter().map(|node| node.0)
}

/// A handler of all events.
#[doc(hidden)]
pub struct ObserverNode(pub &'static Observer);

inventory::collect!(ObserverNode);

pub(crate) fn observers() -> impl Iterator<Item = &'static Observer> {
    inventory::iter::<ObserverNode>.into_iter().map(|node| node.0)
}

/// Takes the second of what the macros write for each backend.
#[doc(hidden)]
#[macro_export]
macro_rules! __backend {
    ({ $($linkme:tt)* } { $($inventory:tt)* }) => { $($inventory)* };
}

/// Hands over a row: `#[handler]` writes a `static __ENTRY`, inventory takes it.
#[doc(hidden)]
#[macro_export]
macro_rules! __submit_row {
    ($item:item) => {
        $item
        $crate::private::inventory::submit! { $crate::private::AnyEntry(&__ENTRY) }
    };
}

#[doc(hidden)]
pub use __submit_row as submit_row;
