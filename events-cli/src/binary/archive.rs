use std::fs::File;

use object::FileKind;
use object::read::ReadCache;
use object::read::archive::ArchiveFile;

use super::bytes::{Bytes, length};
use super::error::Problem;
use super::sections;
use crate::model::Program;

/// The contents of a library.
#[derive(Clone, Debug)]
pub struct Library {
    /// Its events and handlers.
    pub program: Program,
    /// How many of its members cannot be read, because they contain intermediate code for link-time optimisation.
    pub unreadable: usize,
}

pub(super) struct Read<'a> {
    pub(super) sections: Vec<Bytes<'a>>,
    pub(super) unreadable: usize,
}

/// The first bytes of LLVM bitcode, without and with a wrapper.
const BITCODE: [&[u8]; 2] = [b"BC\xC0\xDE", b"\xDE\xC0\x17\x0B"];

/// Returns the record sections of all members.
pub(super) fn read(cache: &ReadCache<File>) -> Result<Read<'_>, Problem> {
    let archive = ArchiveFile::parse(cache)?;
    let mut read = Read { sections: Vec::new(), unreadable: 0 };
    // A thin archive only names files elsewhere. rustc does not write such archives.
    if archive.is_thin() {
        return Err(Problem::Foreign);
    }
    let mut left = length(cache)?;
    for member in archive.members() {
        let (offset, size) = member?.file_range();
        left = left.checked_sub(size).ok_or(Problem::TooLarge)?;
        let data = cache.range(offset, size);
        match FileKind::parse(data) {
            Ok(FileKind::Coff | FileKind::CoffBig | FileKind::Elf32 | FileKind::Elf64) => {}
            Ok(FileKind::MachO32 | FileKind::MachO64) => {}
            _ => {
                let start = object::ReadRef::read_bytes_at(data, 0, 4).unwrap_or_default();
                read.unreadable += usize::from(BITCODE.contains(&start));
                continue;
            }
        }
        read.sections.append(&mut sections::read(data)?);
    }
    Ok(read)
}
