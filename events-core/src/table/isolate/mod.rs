//! Isolation of panics: one handler's panic is that handler's failure, with `std`; without, a panic is the program's.

#[cfg_attr(feature = "std", path = "enabled.rs")]
#[cfg_attr(not(feature = "std"), path = "disabled.rs")]
mod imp;

pub(crate) use imp::isolate;
