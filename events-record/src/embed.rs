//! A record as a program carries it: made by the compiler, without a loop, since there may be thousands.

use core::any::TypeId;

use crate::{HEAD, ID, MAGIC, VERSION, tag};

/// The identity of a type, or of none.
#[derive(Clone, Copy)]
pub union Id {
    /// The compiler writes its 16 bytes, and lets nobody look at them before.
    id: TypeId,
    none: [u8; ID],
}

impl Id {
    /// Of no type: zeros.
    pub const NONE: Self = Self { none: [0; ID] };

    /// Of a type.
    pub const fn of<T: ?Sized + 'static>() -> Self {
        Self { id: TypeId::of::<T>() }
    }

    /// Of the type with this id.
    pub const fn new(id: Option<TypeId>) -> Self {
        match id {
            Some(id) => Self { id },
            None => Self::NONE,
        }
    }
}

/// The ids of a record with one.
pub type Ids1 = [Id; 1];
/// The ids of a record with two.
pub type Ids2 = [Id; 2];
/// The ids of a record with three.
pub type Ids3 = [Id; 3];

const _: () = assert!(size_of::<Id>() == ID, "an id has 16 bytes: the format and its readers count on it");

/// A record with the ids `I`, an array of [`Id`], and so many bytes that tell its place and its other fields.
///
/// The type has as few numbers in it as can be, since rustc checks each as a constant of its own.
///
/// Its fields are never read by the program. It has no alignment, so records stand one behind the other.
#[repr(C, packed)]
pub struct Record<I, const REST: usize> {
    magic: [u8; 4],
    version: u8,
    kind: u8,
    length: [u8; 4],
    flags: [u8; 3],
    ids_head: [u8; 5],
    ids: I,
    place_head: [u8; 5],
    /// The place, then the other fields.
    rest: [u8; REST],
}

impl<const IDS: usize, const REST: usize> Record<[Id; IDS], REST> {
    /// A record of this [`kind`](crate::kind). `place` and `fields` have `REST` bytes together; `fields` are as
    /// [`write`](crate::write) makes them.
    ///
    /// # Panics
    /// If they have another length than the type says. The macros call this where a panic is an error at compile time.
    pub const fn new(kind: u8, flags: u8, ids: [Id; IDS], place: &str, fields: &[u8]) -> Self {
        let length = size_of::<Self>() - HEAD;
        assert!(length <= u32::MAX as usize, "what is told of an event or a handler is too long");
        assert!(place.len() + fields.len() == REST, "a record has the length that its type says");
        let mut rest = [0; REST];
        let (first, last) = rest.split_at_mut(place.len());
        first.copy_from_slice(place.as_bytes());
        last.copy_from_slice(fields);
        Self {
            magic: MAGIC,
            version: VERSION,
            kind,
            length: (length as u32).to_le_bytes(),
            flags: [tag::FLAGS, 1, flags],
            ids_head: head(tag::IDS, IDS * ID),
            ids,
            place_head: head(tag::PLACE, place.len()),
            rest,
        }
    }
}

/// A tag and a length, the latter always in four bytes: its leading zeros are written too.
const fn head(tag: u8, length: usize) -> [u8; 5] {
    assert!(length < 1 << 28, "what is told of an event or a handler is too long");
    [tag, septet(length, 0) | 0x80, septet(length, 7) | 0x80, septet(length, 14) | 0x80, septet(length, 21)]
}

const fn septet(number: usize, shift: u32) -> u8 {
    ((number >> shift) & 0x7F) as u8
}
