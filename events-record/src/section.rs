//! The section that holds the records. Short enough for each format, read-only, and loaded with the program, since a
//! section that is not loaded does not survive `strip`.

/// In ELF files.
pub const ELF: &str = "events_meta";

/// In Mach-O files: segment and section.
pub const MACH_O: (&str, &str) = ("__TEXT", "__events_meta");

/// In PE files, where a name has eight bytes.
pub const PE: &str = ".evmeta";

/// Places a record into the section, with the ids and the length that its type has: a static that compiler and linker keep even
/// though nothing names it. Anyone can call this, so it writes the type of the static itself: nothing else comes in.
///
/// The attributes are written here, in a macro of another crate than the user's, so that a crate may forbid unsafe code.
#[cfg(not(any(target_vendor = "apple", windows, target_os = "uefi")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ([$ids:ty, $rest:expr] $record:expr) => {
        #[used]
        #[unsafe(link_section = "events_meta")]
        static __RECORD: $crate::Record<$ids, { $rest }> = $record;
    };
}

#[cfg(target_vendor = "apple")]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ([$ids:ty, $rest:expr] $record:expr) => {
        #[used]
        #[unsafe(link_section = "__TEXT,__events_meta,regular,no_dead_strip")]
        static __RECORD: $crate::Record<$ids, { $rest }> = $record;
    };
}

#[cfg(any(windows, target_os = "uefi"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ([$ids:ty, $rest:expr] $record:expr) => {
        #[used]
        #[unsafe(link_section = ".evmeta")]
        static __RECORD: $crate::Record<$ids, { $rest }> = $record;
    };
}
