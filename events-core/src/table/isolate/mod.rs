//! Isolation of panics. With `std`, the panic of a handler is a failure of this handler; without it, the panic ends the
//! program.

#[cfg_attr(feature = "std", path = "enabled.rs")]
#[cfg_attr(not(feature = "std"), path = "disabled.rs")]
mod imp;

pub(crate) use imp::isolate;
