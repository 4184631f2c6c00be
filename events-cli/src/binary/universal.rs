use std::fs::File;

use object::Architecture;
use object::read::ReadCache;
use object::read::macho::{FatArch, MachOFatFile};

use super::bytes::{Bytes, length};
use super::error::Problem;
use super::sections;

/// Returns the record sections of one program of a universal binary: the one for this machine if there is one,
/// otherwise the first. All are built from the same sources.
pub(super) fn read<F: FatArch>(cache: &ReadCache<File>) -> Result<Vec<Bytes<'_>>, Problem> {
    let file = MachOFatFile::<F>::parse(cache)?;
    let here = if cfg!(target_arch = "aarch64") { Architecture::Aarch64 } else { Architecture::X86_64 };
    let chosen = file.arches().iter().find(|arch| arch.architecture() == here).or(file.arches().first());
    let Some(chosen) = chosen else { return Ok(Vec::new()) };
    let (offset, size) = chosen.file_range();
    if offset.checked_add(size).is_none_or(|end| length(cache).is_ok_and(|length| end > length)) {
        return Err(Problem::TooLarge);
    }
    sections::read(cache.range(offset, size))
}
