//! Reads the records of a program. Bytes of any kind are taken: what is no record is an [`Error`], never a panic, and
//! nothing is allocated by a length that a file merely claims.

mod cursor;
mod error;
mod event;
mod handler;

use alloc::vec::Vec;

use cursor::Cursor;
pub use error::{Error, Problem};
pub use event::{Event, Field, FieldPart};
pub use handler::{Argument, Emits, Handler};

use crate::{HEAD, ID, MAGIC, VERSION, kind};

/// The identity of a type: the same throughout one program, another in every build.
pub type TypeBytes = [u8; ID];

/// What a record tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// An event.
    Event(Event<'a>),
    /// A handler.
    Handler(Handler<'a>),
    /// A field of an event whose own record tells of the others.
    Field(FieldPart<'a>),
}

/// Reads all records of a section, those of kinds that this version does not know left out.
///
/// # Errors
/// At the first byte that is not what the format says.
pub fn section(bytes: &[u8]) -> Result<Vec<Told<'_>>, Error> {
    let mut told = Vec::new();
    let mut at = 0;
    while let Some(skipped) = bytes[at..].iter().position(|&byte| byte != 0) {
        at += skipped;
        let (kind, fields) = record(&bytes[at..]).map_err(|problem| problem.at(at))?;
        let inside = |error: Error| error.within(at + HEAD);
        match kind {
            kind::EVENT => told.push(Told::Event(Event::read(fields).map_err(inside)?)),
            kind::HANDLER => told.push(Told::Handler(Handler::read(fields).map_err(inside)?)),
            kind::FIELD => told.push(Told::Field(FieldPart::read(fields).map_err(inside)?)),
            _ => {}
        }
        at += HEAD + fields.len();
    }
    Ok(told)
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

/// What the records of events and handlers have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common<'a> {
    /// The module.
    pub module: &'a str,
    /// The name within the module.
    pub name: &'a str,
    /// The package.
    pub package: &'a str,
    /// The version of the package.
    pub package_version: &'a str,
    /// The source file, as the compiler was given it.
    pub file: &'a str,
    /// The line of the name, from 1.
    pub line: u32,
    /// The column of the name, from 1.
    pub column: u32,
    /// The documentation.
    pub docs: Option<&'a str>,
    /// Bits: see [`flag`](crate::flag).
    pub flags: u8,
    /// The ids, in the order of [`tag::IDS`](crate::tag::IDS).
    pub ids: Vec<TypeBytes>,
}

impl<'a> Common<'a> {
    /// Takes in a field if it is one that all have; says whether it was.
    fn take(&mut self, tag: u8, value: Cursor<'a>) -> Result<bool, Error> {
        use crate::tag::{COLUMN, DOCS, FLAGS, IDS, LINE, NAME, PACKAGE, PACKAGE_VERSION, PLACE};
        match tag {
            IDS => self.ids = value.ids()?,
            PLACE => {
                let mut parts = value.text()?.splitn(3, '\0');
                self.module = parts.next().unwrap_or_default();
                self.file = parts.next().unwrap_or_default();
                self.docs = parts.next().or(self.docs);
            }
            FLAGS => self.flags = value.number()?,
            PACKAGE => self.package = value.text()?,
            PACKAGE_VERSION => self.package_version = value.text()?,
            NAME => self.name = value.text()?,
            LINE => self.line = value.number()?,
            COLUMN => self.column = value.number()?,
            DOCS => self.docs = Some(value.text()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first id, of the event itself or of the event that is handled.
    fn event(&self) -> Result<TypeBytes, Error> {
        self.ids.first().copied().ok_or(Problem::Missing("the identity of its event").at(0))
    }

    /// Makes sure of what nothing can be told without.
    fn check(&self) -> Result<(), Error> {
        for (text, what) in [(self.module, "its module"), (self.name, "its name")] {
            if text.is_empty() {
                return Err(Problem::Missing(what).at(0));
            }
        }
        Ok(())
    }
}
