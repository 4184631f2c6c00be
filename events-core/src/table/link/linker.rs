//! Rows gathered by the linker, which places all statics of one section next to each other and defines symbols for the
//! section's bounds.
//!
//! There are three such sections: of rows, of tables, and of handlers of all events. `place_row!`, `place_table!` and
//! `place_observer!` each put a static into their section, and `bounds!` reads a section. Generated code calls the macros that
//! place, so they are `#[macro_export]`ed and anyone can call them. Each macro writes the type of its static itself, so a
//! section never contains a static of another type. The attributes are written in these macros and not in the user's crate,
//! so that the user's crate can forbid unsafe code.
//!
//! The names contain the version, because two versions of this crate may be in one binary. ELF linkers define symbols for the
//! bounds of a section if its name is an identifier (illumos also requires the prefix `set_`). Mach-O linkers define them for
//! every section. A PE linker sorts the sections `.name$x` by `x`, so the bounds are statics before and after the rest.

use super::{AnyTableRow, ObserverRow, Row};

/// Which backend this is.
pub const BACKEND: &str = "linker";

#[cfg(not(any(
    target_os = "none",
    target_os = "linux",
    target_os = "android",
    target_os = "fuchsia",
    target_os = "psp",
    target_os = "freebsd",
    target_os = "openbsd",
    target_os = "illumos",
    target_vendor = "apple",
    target_os = "windows",
    target_os = "uefi",
)))]
compile_error!("`events` does not know how linkers gather on this target: turn on its feature `inventory`");

/// Puts a row into the section of rows.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_row {
    ($row:expr) => {
        #[used]
        #[cfg_attr(
            not(any(target_vendor = "apple", target_os = "windows", target_os = "uefi")),
            unsafe(link_section = "set_events_rows_0_1")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__evrows_0_1,regular,no_dead_strip")
        )]
        #[cfg_attr(any(target_os = "windows", target_os = "uefi"), unsafe(link_section = ".evrows_0_1$b"))]
        static __ROW: $crate::private::Row = $row;
    };
}
#[doc(hidden)]
pub use __place_row as place_row;

/// Puts a table into the section of tables.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_table {
    ($row:expr) => {
        #[used]
        #[cfg_attr(
            not(any(target_vendor = "apple", target_os = "windows", target_os = "uefi")),
            unsafe(link_section = "set_events_tables_0_1")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__evtables_0_1,regular,no_dead_strip")
        )]
        #[cfg_attr(any(target_os = "windows", target_os = "uefi"), unsafe(link_section = ".evtables_0_1$b"))]
        static __ROW: $crate::private::AnyTableRow = $row;
    };
}
#[doc(hidden)]
pub use __place_table as place_table;

/// Puts a handler of all events into the section of those.
#[doc(hidden)]
#[macro_export]
macro_rules! __place_observer {
    ($row:expr) => {
        #[used]
        #[cfg_attr(
            not(any(target_vendor = "apple", target_os = "windows", target_os = "uefi")),
            unsafe(link_section = "set_events_observers_0_1")
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__evobs_0_1,regular,no_dead_strip")
        )]
        #[cfg_attr(any(target_os = "windows", target_os = "uefi"), unsafe(link_section = ".evobs_0_1$b"))]
        static __ROW: $crate::private::ObserverRow = $row;
    };
}
#[doc(hidden)]
pub use __place_observer as place_observer;

/// All that stands in a section, as a `&'static [T]`. The names: the section, its start and its end in ELF; the same in
/// Mach-O; the parts before and after the rows in PE.
macro_rules! bounds {
    ($row:ty, elf: $elf:tt, mach_o: $mach_o:tt, pe: $pe:tt $(,)?) => {{
        #[cfg(not(any(target_vendor = "apple", target_os = "windows", target_os = "uefi")))]
        bounds!(@symbols $row, $elf);
        #[cfg(target_vendor = "apple")]
        bounds!(@symbols $row, $mach_o);
        #[cfg(any(target_os = "windows", target_os = "uefi"))]
        bounds!(@statics $row, $pe);
        let (start, end) = bounds();
        let rows = (end.addr() - start.addr()) / size_of::<$row>();
        // SAFETY: the linker put these bounds around the section. All that is ever placed in it are statics of this type,
        // written by the one macro above that names the section, one after the other: their size is a multiple of their
        // alignment. They are never written to, but for the atomic of a row.
        unsafe { core::slice::from_raw_parts(start, rows) }
    }};
    (@symbols $row:ty, ($section:literal, $start:literal, $end:literal)) => {
        fn bounds() -> (*const $row, *const $row) {
            unsafe extern "Rust" {
                #[link_name = $start]
                static START: [$row; 0];
                #[link_name = $end]
                static END: [$row; 0];
            }
            /// Makes the section exist if nothing else is placed in it. It is mutable so that the section has the flags
            /// of rows, which contain addresses.
            #[used]
            #[unsafe(link_section = $section)]
            static mut NOTHING: [$row; 0] = [];
            ((&raw const START).cast(), (&raw const END).cast())
        }
    };
    (@statics $row:ty, ($start:literal, $end:literal)) => {
        fn bounds() -> (*const $row, *const $row) {
            use core::mem::MaybeUninit;
            #[used]
            #[unsafe(link_section = $start)]
            static START: MaybeUninit<$row> = MaybeUninit::uninit();
            #[used]
            #[unsafe(link_section = $end)]
            static END: MaybeUninit<$row> = MaybeUninit::uninit();
            // The rows begin after the first bound. `black_box` hides that address from the compiler, which would assume
            // that nothing lies there but `START`.
            let start = core::hint::black_box(&raw const START).wrapping_add(1);
            (start.cast(), (&raw const END).cast())
        }
    };
}

pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    let rows: &'static [Row] = bounds!(
        Row,
        elf: ("set_events_rows_0_1", "__start_set_events_rows_0_1", "__stop_set_events_rows_0_1"),
        mach_o: (
            "__DATA,__evrows_0_1,regular,no_dead_strip",
            "\x01section$start$__DATA$__evrows_0_1",
            "\x01section$end$__DATA$__evrows_0_1"
        ),
        pe: (".evrows_0_1$a", ".evrows_0_1$c"),
    );
    rows.iter()
}

pub(super) fn table_rows() -> impl Iterator<Item = &'static AnyTableRow> {
    let tables: &'static [AnyTableRow] = bounds!(
        AnyTableRow,
        elf: ("set_events_tables_0_1", "__start_set_events_tables_0_1", "__stop_set_events_tables_0_1"),
        mach_o: (
            "__DATA,__evtables_0_1,regular,no_dead_strip",
            "\x01section$start$__DATA$__evtables_0_1",
            "\x01section$end$__DATA$__evtables_0_1"
        ),
        pe: (".evtables_0_1$a", ".evtables_0_1$c"),
    );
    tables.iter()
}

pub(super) fn observer_rows() -> impl Iterator<Item = &'static ObserverRow> {
    let observers: &'static [ObserverRow] = bounds!(
        ObserverRow,
        elf: ("set_events_observers_0_1", "__start_set_events_observers_0_1", "__stop_set_events_observers_0_1"),
        mach_o: (
            "__DATA,__evobs_0_1,regular,no_dead_strip",
            "\x01section$start$__DATA$__evobs_0_1",
            "\x01section$end$__DATA$__evobs_0_1"
        ),
        pe: (".evobs_0_1$a", ".evobs_0_1$c"),
    );
    observers.iter()
}
