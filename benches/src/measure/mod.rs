//! Measuring: allocations, processor time, samples.

pub mod allocations;
pub mod processors;
pub mod samples;
