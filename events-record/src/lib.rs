//! The bytes by which a program tells of its events and handlers, to whoever has the file.
//!
//! `#[event]` and `#[handler]` place a record each into a section of the binary; `cargo events` reads them from there,
//! without running anything. This crate is the one place that knows the format: what the sections are called
//! ([`section`]), what stands in a record ([`tag`], [`kind`], [`flag`]), how it is made ([`Record`], [`write`](mod@write)) and how it is
//! read (`read`, with the feature of that name).
//!
//! # The format
//!
//! A section is a row of records; zeros may stand between them. A record is
//!
//! | bytes | what |
//! | --- | --- |
//! | 4 | [`MAGIC`] |
//! | 1 | [`VERSION`] of the format |
//! | 1 | what it tells of: a [`kind`] |
//! | 4 | how many bytes follow, little endian |
//! | the rest | fields |
//!
//! and a field is a [`tag`], the length of its value as a LEB128 number, and the value. Whoever reads skips the tags and kinds
//! that it does not know, so later ones do not disturb it; the version changes only when that does not suffice.
//!
//! There are no pointers in it, so nothing needs to be relocated, and no alignment. Types are told apart by the 16 bytes
//! of their `TypeId`: the same type has the same bytes throughout one program, two versions of one crate have two, and in
//! another build they are others.
#![no_std]

#[cfg(feature = "read")]
extern crate alloc;

mod embed;
#[cfg(feature = "read")]
pub mod read;
pub mod section;
pub mod write;

pub use embed::{Id, Ids1, Ids2, Ids3, Record};

/// What each record begins with.
pub const MAGIC: [u8; 4] = *b"\xEEevt";

/// The version of the format.
pub const VERSION: u8 = 1;

/// How many bytes stand before the fields of a record.
pub const HEAD: usize = 10;

/// How many bytes tell one type from another.
pub const ID: usize = 16;

/// What a record tells of.
pub mod kind {
    /// An event.
    pub const EVENT: u8 = 1;
    /// A handler.
    pub const HANDLER: u8 = 2;
    /// A field of an event that stands by itself: `cfg` may leave it out, or a macro writes its documentation.
    pub const FIELD: u8 = 3;
}

/// Bits of [`tag::FLAGS`].
pub mod flag {
    /// Event: it admits `async fn` handlers. Handler: it is one.
    pub const ASYNC: u8 = 1;
    /// Event: having no handler is no mistake.
    pub const UNHANDLED_ALLOWED: u8 = 2;
    /// Handler: it returns `ControlFlow`, and may keep later handlers from running.
    pub const MAY_STOP: u8 = 4;
    /// Handler: it may run side by side with others of its priority.
    pub const CONCURRENT: u8 = 8;
    /// Handler: it is one of all events. The id of its event is zeros.
    pub const ALL: u8 = 64;
}

/// What a field of a record says. Numbers are LEB128, signed ones in zigzag; texts are UTF-8.
///
/// A tag is never given another meaning.
pub mod tag {
    /// Ids of 16 bytes. Of an event: its own. Of a handler: its event's; for each argument the state it stands for, zeros
    /// for none; for each [`EMITS`] the event's. Of a field: its event's.
    pub const IDS: u8 = 1;
    /// The module, NUL, the source file as the compiler was given it; if a macro writes the documentation, NUL and that.
    pub const PLACE: u8 = 2;
    /// Bits: see [`flag`](super::flag).
    pub const FLAGS: u8 = 3;
    /// The package.
    pub const PACKAGE: u8 = 4;
    /// The version of the package.
    pub const PACKAGE_VERSION: u8 = 5;
    /// The name within the module: `OrderPaid`, `Mailer::receipt`.
    pub const NAME: u8 = 6;
    /// The line of the name, from 1.
    pub const LINE: u8 = 7;
    /// The column of the name, from 1.
    pub const COLUMN: u8 = 8;
    /// The documentation.
    pub const DOCS: u8 = 9;
    /// What stands in the brackets of a `#[serde(..)]`, as written. As often as there are any.
    pub const SERDE: u8 = 10;

    /// Event: the name it carries outside the process, if that is not the path.
    pub const PUBLIC_NAME: u8 = 16;
    /// Event: the version of its fields, if that is not 1.
    pub const VERSION: u8 = 17;
    /// Event: the field named by `key`.
    pub const KEY: u8 = 18;
    /// Event: a field, as fields of its own ([`FIELD_NAME`] and so on). In the order written.
    pub const FIELD: u8 = 19;
    /// Event: what is declared: see [`shape`](super::shape).
    pub const SHAPE: u8 = 20;
    /// Event: the lane it is sent on, as written.
    pub const LANE: u8 = 21;
    /// Event: how urgent it is, as written.
    pub const URGENCY: u8 = 22;

    /// Handler: its priority, signed, if that is not 0.
    pub const PRIORITY: u8 = 32;
    /// Handler: the condition of `when`, as written.
    pub const CONDITION: u8 = 33;
    /// Handler: the type of an argument behind the event, as written. In the order written.
    pub const ARGUMENT: u8 = 34;
    /// Handler: an event that it emits, as written. In the order written.
    pub const EMITS: u8 = 35;
    /// Handler: what stands behind the module in the path of the group it is fused into; empty for the module itself.
    pub const GROUP: u8 = 36;
    /// Handler: tells the rows of a group apart: those of one group and number are run in one go.
    pub const ROW: u8 = 37;
    /// Handler: the event, as written.
    pub const EVENT: u8 = 38;
    /// Handler: what it returns, as written, if that is not `()`.
    pub const RETURNS: u8 = 39;
    /// Handler: when it is tried again, as written.
    pub const RETRY: u8 = 40;
    /// Handler: how long it may take, as written.
    pub const TIMEOUT: u8 = 41;
    /// Handler: when it is left alone for a while, as written.
    pub const BREAKER: u8 = 42;
    /// Handler: how many events it takes at once, as written.
    pub const BATCH: u8 = 43;

    /// Field of an event: its name; `Variant.field` in an enum.
    pub const FIELD_NAME: u8 = 48;
    /// Field of an event: its type as written, if it is no unit variant.
    pub const FIELD_TYPE: u8 = 49;
    /// Field of an event: how many are written before it, where some stand by themselves.
    pub const FIELD_INDEX: u8 = 50;
    /// Field of an event: what stands in the brackets of a `#[serde(..)]` on its variant, as written. As often as there are
    /// any. A unit variant has them as its own.
    pub const VARIANT_SERDE: u8 = 51;
}

/// Values of [`tag::SHAPE`].
pub mod shape {
    /// A struct with named fields.
    pub const STRUCT: u64 = 0;
    /// A struct whose fields have no names.
    pub const TUPLE: u64 = 1;
    /// A struct without fields.
    pub const UNIT: u64 = 2;
    /// An enum.
    pub const ENUM: u64 = 3;
}
