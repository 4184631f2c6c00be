//! The programs of the guide, each chapter a module, so that `cargo test -p events-guide --doc` compiles and runs every one.
//!
//! `mdbook build docs/guide` makes the book.

macro_rules! chapters {
    ($($name:ident: $file:literal)*) => {$(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("src/", $file))]
        mod $name {}
    )*};
}

chapters! {
    introduction: "introduction.md"
    first_event: "first-event.md"
    state: "state.md"
    order: "order.md"
    errors: "errors.md"
    closures: "closures.md"
    asynchronous: "async.md"
    lanes: "lanes.md"
    settings: "settings.md"
    retries: "retries.md"
    shutdown: "shutdown.md"
    testing: "testing.md"
    crates: "crates.md"
    inspecting: "inspecting.md"
    from_a_registry: "from-a-registry.md"
    from_broadcast: "from-broadcast.md"
    from_bevy: "from-bevy.md"
    how_it_works: "how-it-works.md"
    costs: "costs.md"
    limits: "limits.md"
}
