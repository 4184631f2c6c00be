use object::ReadRef;

use super::error::Problem;

/// A record section, in the memory that the file is read into.
pub(super) type Bytes<'a> = &'a [u8];

/// How many bytes there are.
pub(super) fn length<'a>(data: impl ReadRef<'a>) -> Result<u64, Problem> {
    data.len().map_err(|_| Problem::Io(std::io::ErrorKind::InvalidInput.into()))
}
