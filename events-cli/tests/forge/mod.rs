//! Files of each format around records, made by hand.

use std::sync::OnceLock;

use events_record::section;
use object::write::Object;
use object::{Architecture, BinaryFormat, Endianness, SectionKind};

/// The records of this program.
#[allow(dead_code, reason = "not every test looks at them")]
pub(crate) fn records() -> &'static [u8] {
    static RECORDS: OnceLock<Vec<u8>> = OnceLock::new();
    RECORDS.get_or_init(|| {
        use object::{Object, ObjectSection};
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let file = object::File::parse(&*program).unwrap();
        let named = |name: &str| matches!(name, section::ELF | section::PE) || name == section::MACH_O.1;
        let ours = file.sections().find(|section| section.name().is_ok_and(named)).unwrap();
        ours.data().unwrap().to_vec()
    })
}

/// An object file of this format with these records.
pub(crate) fn object(format: BinaryFormat, records: &[u8]) -> Vec<u8> {
    let mut object = Object::new(format, Architecture::X86_64, Endianness::Little);
    let (segment, name) = match format {
        BinaryFormat::MachO => section::MACH_O,
        BinaryFormat::Coff => ("", section::PE),
        _ => ("", section::ELF),
    };
    let id = object.add_section(segment.into(), name.into(), SectionKind::ReadOnlyData);
    object.append_section_data(id, records, 1);
    object.write().unwrap()
}

#[allow(dead_code, reason = "not every test needs one")]
/// A universal binary of these programs.
pub(crate) fn universal(programs: &[(u32, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    for number in [0xCAFE_BABE, programs.len() as u32] {
        file.extend(u32::to_be_bytes(number));
    }
    let mut offset = 8 + 20 * programs.len() as u32;
    for (cpu, program) in programs {
        for number in [*cpu, 3, offset, program.len() as u32, 0] {
            file.extend(number.to_be_bytes());
        }
        offset += program.len() as u32;
    }
    programs.iter().for_each(|(_, program)| file.extend(*program));
    file
}

#[allow(dead_code, reason = "not every test needs one")]
/// A static library with these members.
pub(crate) fn archive(members: &[&[u8]]) -> Vec<u8> {
    let mut file = b"!<arch>\n".to_vec();
    for member in members {
        file.extend(
            format!("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", "one.o/", 0, 0, 0, 644, member.len()).bytes(),
        );
        file.extend(*member);
        if member.len() % 2 == 1 {
            file.push(b'\n');
        }
    }
    file
}

/// A record of this kind with these fields.
#[allow(dead_code, reason = "not every test makes its own")]
pub(crate) fn record(kind: u8, fields: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    fields.iter().for_each(|(tag, value)| events_record::write::bytes(&mut bytes, *tag, value));
    let mut record = events_record::MAGIC.to_vec();
    record.extend([events_record::VERSION, kind]);
    record.extend((bytes.len() as u32).to_le_bytes());
    record.extend(bytes);
    record
}
