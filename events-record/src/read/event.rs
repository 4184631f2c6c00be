use alloc::vec::Vec;

use super::common::{Common, TypeBytes};
use super::cursor::Cursor;
use super::error::{Error, Problem};
use crate::{flag, tag};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Where it is written, and its name there.
    pub common: Common<'a>,
    /// Which type it is.
    pub id: TypeBytes,
    /// The name it carries outside the process, if that is not the path.
    pub public_name: Option<&'a str>,
    /// The version of its fields.
    pub version: u32,
    /// The field named by `key`.
    pub key: Option<&'a str>,
    /// The fields; those in records of their own are not among them.
    pub fields: Vec<Field<'a>>,
    /// See [`shape`](crate::shape).
    pub shape: Option<u64>,
    /// The lane it is sent on, as written.
    pub lane: Option<&'a str>,
    /// How urgent it is, as written.
    pub urgency: Option<&'a str>,
    /// The text in the brackets of each `#[serde(..)]`.
    pub serde: Vec<&'a str>,
}

/// A field of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field<'a> {
    /// How many fields are written before it.
    pub index: usize,
    /// Its name; `Variant.field` in an enum.
    pub name: &'a str,
    /// Its type as written; `None` for a unit variant.
    pub ty: Option<&'a str>,
    /// Its documentation.
    pub docs: Option<&'a str>,
    /// The text in the brackets of each `#[serde(..)]`.
    pub serde: Vec<&'a str>,
    /// The text in the brackets of each `#[serde(..)]` on the variant it is in.
    pub variant_serde: Vec<&'a str>,
}

/// A field in a record of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldPart<'a> {
    /// The event it belongs to.
    pub event: TypeBytes,
    /// The field.
    pub field: Field<'a>,
}

impl<'a> Event<'a> {
    pub(super) fn read(fields: &'a [u8]) -> Result<Self, Error> {
        let mut common = Common::default();
        let mut event = Self {
            common: Common::default(),
            id: TypeBytes::default(),
            public_name: None,
            version: 1,
            key: None,
            fields: Vec::new(),
            shape: None,
            lane: None,
            urgency: None,
            serde: Vec::new(),
        };
        let mut cursor = Cursor::new(fields);
        while let Some((tag, value)) = cursor.field()? {
            if common.take(tag, value)? {
                continue;
            }
            match tag {
                tag::PUBLIC_NAME => event.public_name = Some(value.text()?),
                tag::VERSION => event.version = value.number()?,
                tag::KEY => event.key = Some(value.text()?),
                tag::FIELD => {
                    let mut field = Field { index: event.fields.len(), ..Field::default() };
                    field.take_all(value)?;
                    field.check()?;
                    event.fields.push(field);
                }
                tag::SHAPE => event.shape = Some(value.number()?),
                tag::LANE => event.lane = Some(value.text()?),
                tag::URGENCY => event.urgency = Some(value.text()?),
                tag::SERDE => event.serde.push(value.text()?),
                _ => {}
            }
        }
        event.id = common.event()?;
        common.check()?;
        event.common = common;
        Ok(event)
    }

    /// Whether it admits `async fn` handlers.
    pub fn is_async(&self) -> bool {
        self.common.flags & flag::ASYNC != 0
    }

    /// Whether having no handler is no mistake.
    pub fn allows_unhandled(&self) -> bool {
        self.common.flags & flag::UNHANDLED_ALLOWED != 0
    }
}

impl<'a> Field<'a> {
    /// Reads a field of the record if it describes a field of the event.
    fn take(&mut self, tag: u8, value: Cursor<'a>) -> Result<(), Error> {
        match tag {
            tag::FIELD_NAME => self.name = value.text()?,
            tag::FIELD_TYPE => self.ty = Some(value.text()?),
            tag::FIELD_INDEX => self.index = value.number()?,
            tag::DOCS => self.docs = Some(value.text()?),
            tag::SERDE => self.serde.push(value.text()?),
            tag::VARIANT_SERDE => self.variant_serde.push(value.text()?),
            _ => {}
        }
        Ok(())
    }

    /// Makes sure of what nothing can be said without.
    fn check(&self) -> Result<(), Error> {
        if self.name.is_empty() { Err(Problem::Missing("its name").at(0)) } else { Ok(()) }
    }

    fn take_all(&mut self, mut cursor: Cursor<'a>) -> Result<(), Error> {
        while let Some((tag, value)) = cursor.field()? {
            self.take(tag, value)?;
        }
        Ok(())
    }
}

impl<'a> FieldPart<'a> {
    pub(super) fn read(fields: &'a [u8]) -> Result<Self, Error> {
        let mut common = Common::default();
        let mut field = Field::default();
        let mut cursor = Cursor::new(fields);
        while let Some((tag, value)) = cursor.field()? {
            common.take(tag, value)?;
            field.take(tag, value)?;
        }
        field.docs = common.docs;
        field.check()?;
        Ok(Self { event: common.event()?, field })
    }
}
