//! The section that holds the records. Short enough for each format, read-only, and loaded with the program, since a
//! section that is not loaded does not survive `strip`.

/// In ELF files.
pub const ELF: &str = "events_meta";

/// In Mach-O files: segment and section.
pub const MACH_O: (&str, &str) = ("__TEXT", "__events_meta");

/// In PE files, where a name has eight bytes.
pub const PE: &str = ".evmeta";

/// Places a static into the section: what compiler and linker keep even though nothing names it.
///
/// The attributes are written here, in a macro of another crate than the user's, so that a crate may forbid unsafe code.
#[cfg(not(any(target_vendor = "apple", windows, target_os = "uefi")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ($($item:tt)*) => {
        #[used]
        #[unsafe(link_section = "events_meta")]
        $($item)*
    };
}

#[cfg(target_vendor = "apple")]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ($($item:tt)*) => {
        #[used]
        #[unsafe(link_section = "__TEXT,__events_meta,regular,no_dead_strip")]
        $($item)*
    };
}

#[cfg(any(windows, target_os = "uefi"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __place_record {
    ($($item:tt)*) => {
        #[used]
        #[unsafe(link_section = ".evmeta")]
        $($item)*
    };
}
