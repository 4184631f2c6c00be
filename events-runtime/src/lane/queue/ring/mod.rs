//! The bounded queue under a lane: many producers, and one consumer at a time.
//!
//! The lane's lock decides who is the consumer: the calls of that side take `&mut` [`Consumer`]. Items are written and
//! read in place, so an item pays for the cache lines that it fills and not for its type's size.
//!
//! Positions are numbers that only grow. Producers share `tail`, which one compare-exchange moves on by as many places as
//! are wanted. The consumer owns `head`, and publishes it once for a batch. A slot's stamp says which position was
//! last written there; only producers write stamps. So in steady state a slot's cache line goes from producer to
//! consumer and back, once each, and the line of `tail` stays with the producers.
//!
//! The bench `queues` includes these files by path: they name each other by `super`, and nothing else of the crate.

mod consumer;
mod primitive;
mod queue;
mod slot;
#[cfg(test)]
mod tests;

pub(crate) use consumer::Consumer;
pub(crate) use queue::{Refused, Reservation, Ring};
