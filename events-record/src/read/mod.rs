//! Reads the records of a program. Bytes of any kind are taken: what is no record is an [`Error`], never a panic, and
//! nothing is allocated by a length that a file merely claims.

mod common;
mod cursor;
mod error;
mod event;
mod handler;

use alloc::vec::Vec;

pub use common::{Common, TypeBytes};
pub use error::{Error, Problem};
pub use event::{Event, Field, FieldPart};
pub use handler::{Argument, Emits, Handler};

use crate::{HEAD, MAGIC, VERSION, kind};

/// What a record describes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item<'a> {
    /// An event.
    Event(Event<'a>),
    /// A handler.
    Handler(Handler<'a>),
    /// A field of an event whose own record has the other fields.
    Field(FieldPart<'a>),
}

/// Reads all records of a section, those of kinds that this version does not know left out.
///
/// # Errors
/// At the first byte that is not what the format says.
pub fn section(bytes: &[u8]) -> Result<Vec<Item<'_>>, Error> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(skipped) = bytes[at..].iter().position(|&byte| byte != 0) {
        at += skipped;
        let (kind, fields) = record(&bytes[at..]).map_err(|problem| problem.at(at))?;
        let inside = |error: Error| error.within(at + HEAD);
        match kind {
            kind::EVENT => items.push(Item::Event(Event::read(fields).map_err(inside)?)),
            kind::HANDLER => items.push(Item::Handler(Handler::read(fields).map_err(inside)?)),
            kind::FIELD => items.push(Item::Field(FieldPart::read(fields).map_err(inside)?)),
            _ => {}
        }
        at += HEAD + fields.len();
    }
    Ok(items)
}

/// Kind and fields of the record that these bytes begin with.
fn record(bytes: &[u8]) -> Result<(u8, &[u8]), Problem> {
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or(Problem::Truncated)?;
    if head[..4] != MAGIC {
        return Err(Problem::NoRecord);
    }
    if head[4] != VERSION {
        return Err(Problem::Version(head[4]));
    }
    let length = u32::from_le_bytes([head[6], head[7], head[8], head[9]]);
    let fields = usize::try_from(length).ok().and_then(|length| rest.get(..length));
    Ok((head[5], fields.ok_or(Problem::Truncated)?))
}
