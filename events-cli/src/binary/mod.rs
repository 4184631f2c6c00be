//! Reads the events and handlers of programs and libraries, from the sections that [`events_record::section`] names.
//!
//! Only headers and those sections are read, so a large binary costs no more than a small one. Files are not trusted: a
//! damaged file, or one of another kind, is an [`Error`].

mod archive;
mod bytes;
mod error;
mod sections;
mod universal;

use std::fs::File;
use std::path::Path;

use events_record::read::{Item, section};
use object::FileKind;
use object::read::ReadCache;

pub use archive::Library;
use bytes::Bytes;
pub use error::{Error, Problem};

use crate::model::{Program, build};

/// Reads a program: an executable, a dynamic library, an object file, or a static library as if all of it were linked.
///
/// # Errors
/// If it cannot be read, is no program, is damaged, or has no records.
pub fn read(path: &Path) -> Result<Program, Error> {
    let of = |problem: Problem| problem.of(path);
    let cache = open(path).map_err(of)?;
    let (sections, unreadable) = match kind(&cache).map_err(of)? {
        FileKind::Archive => {
            let archive::Read { sections, unreadable } = archive::read(&cache).map_err(of)?;
            (sections, unreadable)
        }
        other => (program(&cache, other).map_err(of)?, 0),
    };
    let items = items(&sections).map_err(of)?;
    match (items.is_empty(), unreadable) {
        (false, _) => model(&items, &sections).map_err(of),
        (true, 0) => Err(of(Problem::Nothing)),
        (true, _) => Err(of(Problem::Bitcode)),
    }
}

/// Reads a library as `cargo build` leaves it (`lib*.rlib`), to see what it could have brought into a program.
///
/// # Errors
/// As [`read`]; but a library without events is none.
pub fn read_library(path: &Path) -> Result<Library, Error> {
    let of = |problem: Problem| problem.of(path);
    let cache = open(path).map_err(of)?;
    if kind(&cache).map_err(of)? != FileKind::Archive {
        return Err(of(Problem::Foreign));
    }
    let archive::Read { sections, unreadable } = archive::read(&cache).map_err(of)?;
    let items = items(&sections).map_err(of)?;
    Ok(Library { program: model(&items, &sections).map_err(of)?, unreadable })
}

fn open(path: &Path) -> Result<ReadCache<File>, Problem> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Problem::Io(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(ReadCache::new(file))
}

fn kind(cache: &ReadCache<File>) -> Result<FileKind, Problem> {
    FileKind::parse(cache).map_err(|_| Problem::Foreign)
}

/// Returns the record sections of a program of this kind.
fn program(cache: &ReadCache<File>, kind: FileKind) -> Result<Vec<Bytes<'_>>, Problem> {
    match kind {
        FileKind::MachOFat32 => universal::read::<object::macho::FatArch32>(cache),
        FileKind::MachOFat64 => universal::read::<object::macho::FatArch64>(cache),
        FileKind::Coff
        | FileKind::CoffBig
        | FileKind::Elf32
        | FileKind::Elf64
        | FileKind::MachO32
        | FileKind::MachO64
        | FileKind::Pe32
        | FileKind::Pe64 => sections::read(cache),
        _ => Err(Problem::Foreign),
    }
}

fn items<'a>(sections: &[Bytes<'a>]) -> Result<Vec<Item<'a>>, Problem> {
    let mut items = Vec::new();
    for bytes in sections {
        items.append(&mut section(bytes)?);
    }
    Ok(items)
}

fn model(items: &[Item<'_>], sections: &[Bytes<'_>]) -> Result<Program, Problem> {
    let size = sections.iter().map(|bytes| bytes.len()).sum();
    build(items, size).ok_or(Problem::Repetitive)
}
