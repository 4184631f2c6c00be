/// Names crates, so that the linker takes them in, and their handlers with them.
///
/// A dependency that no source names is left out of the binary, in silence. Name it here, once, in the crate that builds
/// the program; `Bus::builder().expect_handlers_from([..])` tells when that was forgotten.
///
/// ```
/// events::link!(std, alloc_free_stand_in);
/// # mod alloc_free_stand_in {}
/// ```
#[macro_export]
macro_rules! link {
    ($($name:ident),* $(,)?) => {
        $(
            #[doc(hidden)]
            #[allow(unused_imports)]
            use $name as _;
        )*
    };
}
