//! What the benches, `compare` and `load` measure, and how they show it.
//!
//! [`workload`] generates events and handlers, [`contenders`] dispatch them. Every contender runs the same handler
//! bodies ([`body`]) and checks every result. [`load`] sends events to queues with workers and measures latencies.

pub mod body;
pub mod contenders;
pub mod load;
pub mod measure;
pub mod show;
pub mod workload;
