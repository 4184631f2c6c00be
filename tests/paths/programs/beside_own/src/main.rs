//! Has a crate of its own that is called `events`.
#![forbid(unsafe_code)]

include!("../../../handlers.rs");

handlers_of! { root = [::ev], option = [crate = ::ev], events framework plain relay renamed }
