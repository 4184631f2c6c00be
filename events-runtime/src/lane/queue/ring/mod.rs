//! The bounded queue under a lane: many producers, and one consumer at a time.
//!
//! The lane's lock guards the one [`Consumer`], which the calls of that side take as `&mut`. Items are written and read
//! in place, so an item costs the cache lines that it fills, not the size of its type.
//!
//! Positions are numbers that only grow. Producers share `tail`: one compare-exchange reserves as many positions as
//! needed. The consumer owns `head`, and publishes it once per batch. A slot's stamp is the position that was last
//! written there; only producers write stamps. So in steady state the cache line of a slot moves once from producer to
//! consumer and once back, and the line of `tail` stays with the producers.
//!
//! The bench `queues` includes these files by path. So they refer to each other by `super`, and to nothing else of the
//! crate.

mod consumer;
mod primitive;
mod queue;
mod slot;
#[cfg(test)]
mod tests;

pub(crate) use consumer::Consumer;
pub(crate) use queue::{Refused, Reservation, Ring};
