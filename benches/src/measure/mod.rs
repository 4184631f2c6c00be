//! What programs that measure have in common.

pub mod allocations;
pub mod processors;
pub mod samples;
