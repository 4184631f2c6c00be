//! Knows `events` by its name, and says nothing of it.
#![forbid(unsafe_code)]

include!("../../../handlers.rs");

handlers_of! { root = [::events], option = [], domain framework plain relay renamed }
