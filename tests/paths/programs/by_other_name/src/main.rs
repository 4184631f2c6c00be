//! Knows `events` by another name.
#![forbid(unsafe_code)]

include!("../../../handlers.rs");

handlers_of! { root = [ev], option = [crate = ev], domain framework plain relay renamed }
