use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{Error, Problem};
use crate::ID;

/// The identity of a type: the same throughout one program, another in every build.
pub type TypeBytes = [u8; ID];

/// What the records of events and handlers have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
    pub(super) fn take(&mut self, tag: u8, value: Cursor<'a>) -> Result<bool, Error> {
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
    pub(super) fn event(&self) -> Result<TypeBytes, Error> {
        self.ids.first().copied().ok_or(Problem::Missing("the identity of its event").at(0))
    }

    /// Checks that what every record needs is there.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (text, what) in [(self.module, "its module"), (self.name, "its name")] {
            if text.is_empty() {
                return Err(Problem::Missing(what).at(0));
            }
        }
        Ok(())
    }
}
