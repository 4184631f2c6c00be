//! How a table's rows are gathered: by the linker (`linkme`), or before `main` (`inventory`) where linkme has no
//! support or the feature `inventory` asks for it. The one place where that is decided.

#[cfg(not(any(feature = "inventory", miri, target_family = "wasm",)))]
#[path = "linkme.rs"]
mod backend;

#[cfg(any(feature = "inventory", miri, target_family = "wasm",))]
#[path = "inventory.rs"]
mod backend;

pub use backend::*;
