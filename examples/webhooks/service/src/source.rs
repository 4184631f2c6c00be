//! Where the lines come from, and one line at a time.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use crate::error::Error;

/// In the binary, so that the program runs from any directory.
const SAMPLE: &[u8] = include_bytes!("../../sample.ndjson");

/// GitHub sends payloads of at most 25 MB, so no webhook is longer than this.
const LONGEST: u64 = 32 << 20;

/// Where the webhooks come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The sample that comes with the program.
    Sample,
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// What the arguments behind the program's name ask for.
    ///
    /// # Errors
    /// When there is more than one, or an option.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let mut args = args.into_iter();
        let source = match args.next() {
            None => Self::Sample,
            Some(name) if name == "-" => Self::Stdin,
            Some(option) if option.as_encoded_bytes().starts_with(b"-") => return Err(Error::Usage),
            Some(path) => Self::File(path.into()),
        };
        if args.next().is_some() { Err(Error::Usage) } else { Ok(source) }
    }

    pub(crate) fn open(&self) -> Result<Box<dyn BufRead>, Error> {
        Ok(match self {
            Self::Sample => Box::new(SAMPLE),
            Self::Stdin => Box::new(io::stdin().lock()),
            Self::File(path) => {
                let file = File::open(path).map_err(|error| Error::Open(path.clone(), error))?;
                Box::new(BufReader::new(file))
            }
        })
    }
}

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Bytes(&'a [u8]),
    /// Longer than any webhook; not kept.
    TooLong,
}

/// Lines with their numbers, from 1, in one buffer that is used again. `BufRead::lines` would stop at the first line
/// that is no UTF-8, and grow without end where no line ends.
pub(crate) struct Lines<R> {
    input: R,
    longest: u64,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, longest: LONGEST, number: 0, buffer: Vec::new() }
    }

    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.buffer.clear();
        // One byte more, for the end of the line.
        self.input.by_ref().take(self.longest + 1).read_until(b'\n', &mut self.buffer)?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let line = match self.buffer.strip_suffix(b"\n") {
            Some(line) => Line::Bytes(line),
            None if self.buffer.len() as u64 > self.longest => {
                self.input.skip_until(b'\n')?;
                Line::TooLong
            }
            // The last line needs no end.
            None => Line::Bytes(&self.buffer),
        };
        Ok(Some((self.number, line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_be_too_long_and_the_last_one_without_an_end() {
        let mut lines = Lines { longest: 3, ..Lines::new(&b"abc\n\nabcd\nabcdefgh\nab"[..]) };
        let mut next = || lines.next().unwrap().map(|(number, line)| (number, format!("{line:?}")));
        let bytes = |text: &[u8]| format!("{:?}", Line::Bytes(text));
        assert_eq!(next(), Some((1, bytes(b"abc"))));
        assert_eq!(next(), Some((2, bytes(b""))));
        assert_eq!(next(), Some((3, "TooLong".to_owned())));
        assert_eq!(next(), Some((4, "TooLong".to_owned())));
        assert_eq!(next(), Some((5, bytes(b"ab"))));
        assert_eq!(next(), None);
    }

    #[test]
    fn one_argument_at_most() {
        let source = |args: &[&str]| Source::from_args(args.iter().map(OsString::from)).ok();
        assert_eq!(source(&[]), Some(Source::Sample));
        assert_eq!(source(&["-"]), Some(Source::Stdin));
        assert_eq!(source(&["a.ndjson"]), Some(Source::File("a.ndjson".into())));
        assert_eq!(source(&["--help"]), None);
        assert_eq!(source(&["a", "b"]), None);
    }
}
