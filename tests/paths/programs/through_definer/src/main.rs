//! Knows `events` through a crate that defines events, as `a::events`.
#![forbid(unsafe_code)]

include!("../../../handlers.rs");

handlers_of! { root = [::plain::events], option = [crate = ::plain::events], domain framework plain relay renamed }
