//! Messages in bounded queues, one queue for each urgency.
//!
//! A durable log or a broker can replace [`Queues`]: it delivers messages, and reports free room.

mod gauge;
mod layout;
mod memory;
mod message;
mod message_type;
mod queues;
mod ring;
mod urgency;
mod waiters;

pub(super) use memory::{ContextPool, Extras};
pub(super) use message::{Key, Message, fold, without_limits};
pub(super) use message_type::{MessageType, TypeRef};
pub(super) use queues::{Queue, Queues, Receiver};
pub(super) use ring::Refused;

/// Positions of a ring that were reserved for messages.
pub(super) type Reservation<'a> = ring::Reservation<'a, message::Body>;

pub(super) use urgency::level;
pub(super) use waiters::{Ticket, Waiter, Waiters, block_on, sleep};
