use events_record::section::{ELF, MACH_O, PE};
use object::{BinaryFormat, File, Object, ObjectSection, ReadRef};

use super::bytes::{Bytes, length};
use super::error::Problem;

/// Returns the record sections of one object: one in a linked program, one for each record in an object file.
pub(super) fn read<'a, R: ReadRef<'a>>(data: R) -> Result<Vec<Bytes<'a>>, Problem> {
    let file = File::parse(data)?;
    let format = file.format();
    // A damaged file may declare any number of large sections at the same place, so their sum is limited.
    let mut left = length(data)?;
    let mut found = Vec::new();
    for section in file.sections() {
        if !is_ours(&section, format) {
            continue;
        }
        left = left.checked_sub(section.size()).ok_or(Problem::TooLarge)?;
        found.push(section.data()?);
    }
    Ok(found)
}

fn is_ours<'a>(section: &impl ObjectSection<'a>, format: BinaryFormat) -> bool {
    let named = |name: &str| section.name_bytes().is_ok_and(|found| found == name.as_bytes());
    match format {
        BinaryFormat::Elf => named(ELF),
        BinaryFormat::MachO => {
            named(MACH_O.1)
                && matches!(section.segment_name_bytes(), Ok(Some(name)) if name == MACH_O.0.as_bytes())
        }
        BinaryFormat::Coff | BinaryFormat::Pe => named(PE),
        _ => false,
    }
}
