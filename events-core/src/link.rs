/// Names crates whose handlers the program needs, so that the linker includes them in the binary.
///
/// A dependency that no source file names is left out of the binary without a warning, and its handlers never run. Name such
/// crates once, in the crate that builds the program. `Bus::builder().expect_handlers_from([..])` makes `build` return an
/// error when a crate is missing.
///
/// ```
/// # mod billing {}
/// # mod shipping {}
/// events::link!(billing, shipping);
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
