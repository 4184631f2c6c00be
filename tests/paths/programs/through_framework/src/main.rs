//! Knows `events` through a framework whose name for it is another.
#![forbid(unsafe_code)]

include!("../../../handlers.rs");

handlers_of! { root = [::framework::events], option = [crate = ::framework::events], domain framework plain relay renamed }
