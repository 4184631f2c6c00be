//! What the benches and `compare` measure: the same handlers, dispatched in every way there is.
//!
//! [`workload`] generates the events and handlers, [`contenders`] dispatch them.
//! Every contender runs the very same handler bodies ([`body`]) and looks at every result.

pub mod body;
pub mod contenders;
pub mod workload;
