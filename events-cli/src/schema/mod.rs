//! What an event looks like outside of the process, as far as its declaration shows: by the rules of serde and its
//! attributes, in formats that name fields (JSON, CBOR, MessagePack with names).
//!
//! A type is identified by how it is written: types of the standard library that serde implements are resolved, every
//! other is [`Node::Open`]. Nothing fails here: what cannot be parsed is open too.

mod attributes;
mod build;
mod case;
mod node;
mod reading;
mod tokens;
mod ty;

pub use build::of;
pub use node::{Choice, Integer, Member, Node, Record, Tagging, Variant};
pub use reading::{Problem, Reason, reasons};
