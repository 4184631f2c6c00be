use alloc::vec::Vec;

use super::error::{Error, Problem};
use crate::ID;

/// Bytes on the way through them, and how far the first of them is from the start of the record.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    /// The next field: its tag and its value.
    pub(super) fn field(&mut self) -> Result<Option<(u8, Cursor<'a>)>, Error> {
        let Some((&tag, rest)) = self.rest.split_first() else { return Ok(None) };
        self.advance(rest);
        let length = self.leb128()?;
        let whole = usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length));
        let (value, rest) = whole.ok_or(Problem::Truncated.at(self.offset))?;
        let value = Cursor { rest: value, offset: self.offset };
        self.advance(rest);
        Ok(Some((tag, value)))
    }

    /// The whole as text.
    pub(super) fn text(self) -> Result<&'a str, Error> {
        core::str::from_utf8(self.rest).map_err(|_| Problem::Text.at(self.offset))
    }

    /// The whole as a number.
    pub(super) fn number<T: TryFrom<u64>>(mut self) -> Result<T, Error> {
        let wrong = Problem::Number.at(self.offset);
        let number = self.leb128()?;
        if self.rest.is_empty() { T::try_from(number).map_err(|_| wrong) } else { Err(wrong) }
    }

    /// The whole as a number that may be negative.
    pub(super) fn signed<T: TryFrom<i64>>(self) -> Result<T, Error> {
        let zigzag: u64 = self.number()?;
        let number = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        T::try_from(number).map_err(|_| Problem::Number.at(self.offset))
    }

    /// The whole as ids.
    pub(super) fn ids(self) -> Result<Vec<[u8; ID]>, Error> {
        let (ids, rest) = self.rest.as_chunks::<ID>();
        if rest.is_empty() { Ok(ids.to_vec()) } else { Err(Problem::Ids.at(self.offset)) }
    }

    fn leb128(&mut self) -> Result<u64, Error> {
        let start = self.offset;
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(Problem::Truncated.at(start))?;
            self.advance(rest);
            let bits = u64::from(byte & 0x7F);
            if bits.checked_shl(shift).is_none_or(|shifted| shifted >> shift != bits) {
                return Err(Problem::Number.at(start));
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Problem::Number.at(start))
    }

    fn advance(&mut self, rest: &'a [u8]) {
        self.offset += self.rest.len() - rest.len();
        self.rest = rest;
    }
}
