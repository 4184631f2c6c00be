//! Files that are not programs, damaged programs, and forged records: each is an error, never a panic, and never takes
//! more memory than the file has bytes.

mod forge;

use std::path::{Path, PathBuf};

use events::prelude::*;
use events_cli::binary::{self, Problem};
use events_record::{HEAD, MAGIC, VERSION, kind, tag, write};
use forge::{archive, object, records, universal};
use object::BinaryFormat;
use proptest::prelude::*;

/// An event for the records.
#[event(name = "heard")]
struct Heard {
    id: u64,
}

struct Ears;

#[handler(priority = 3, when = |event| event.id > 0, emits(Heard))]
fn hear(_: &Heard, _ears: State<'_, Ears>) {}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn read(name: &str, bytes: &[u8]) -> Result<events_cli::model::Program, binary::Error> {
    let path = path(name);
    std::fs::write(&path, bytes).unwrap();
    binary::read(&path)
}

#[test]
fn every_format_has_the_same_events() {
    let expected = read("elf", &object(BinaryFormat::Elf, records())).unwrap();
    assert_eq!(expected.events[0].name, "heard");
    assert_eq!(expected.events[0].handlers[0].path, "hostile::hear");
    let mach = object(BinaryFormat::MachO, records());
    assert_eq!(read("mach", &mach).unwrap(), expected);
    assert_eq!(read("coff", &object(BinaryFormat::Coff, records())).unwrap(), expected);
    let both = universal(&[(0x0100_0007, &mach), (0x0100_000C, &mach)]);
    assert_eq!(read("universal", &both).unwrap(), expected);
    let elf = object(BinaryFormat::Elf, records());
    let library = archive(&[b"no object", &elf, b"BC\xC0\xDE and what follows"]);
    assert_eq!(read("archive", &library).unwrap(), expected);
    let library = binary::read_library(&path("archive")).unwrap();
    assert_eq!((library.program, library.unreadable), (expected, 1));
    assert_eq!(Heard { id: 1 }.id, 1);
}

#[test]
fn errors_name_the_problem() {
    let problem = |name: &str, bytes: &[u8]| read(name, bytes).unwrap_err().problem;
    assert!(matches!(problem("empty", b""), Problem::Foreign));
    assert!(matches!(problem("script", b"#!/bin/sh\necho hello, this is a script\n"), Problem::Foreign));
    assert!(matches!(problem("none", &object(BinaryFormat::Elf, b"")), Problem::Nothing));
    assert!(matches!(problem("zeros", &object(BinaryFormat::Elf, &[0; 64])), Problem::Nothing));
    let elf = object(BinaryFormat::Elf, records());
    assert!(matches!(problem("cut", &elf[..elf.len() / 2]), Problem::Damaged(_)));
    let mut newer = records().to_vec();
    newer[4] = VERSION + 1;
    let message = problem("newer", &object(BinaryFormat::Elf, &newer)).to_string();
    assert!(message.contains("version 2 of the format"), "{message}");
    let message = problem("short", &object(BinaryFormat::Elf, &records()[..records().len() - 1])).to_string();
    assert!(message.contains("a record ends too early"), "{message}");
    assert!(matches!(problem("bitcode", &archive(&[b"BC\xC0\xDE and what follows"])), Problem::Bitcode));
    let far = universal(&[(0x0100_0007, &[0; 64])]);
    assert!(matches!(problem("far", &far[..64]), Problem::TooLarge));
}

#[test]
fn unknown_records_and_fields_are_skipped() {
    let mut extended = records().to_vec();
    // A kind of record that does not exist yet.
    extended.extend(MAGIC);
    extended.extend([VERSION, 200, 3, 0, 0, 0, 1, 2, 3]);
    // Zeros between records, as some linkers leave them, and a handler with a field that does not exist yet.
    extended.extend([0; 5]);
    let mut fields = Vec::new();
    write::bytes(&mut fields, 250, b"later");
    write::bytes(&mut fields, tag::IDS, &[7; 16]);
    write::text(&mut fields, tag::PLACE, "somewhere\0src/lib.rs");
    write::text(&mut fields, tag::NAME, "later");
    extended.extend(MAGIC);
    extended.extend([VERSION, kind::HANDLER]);
    extended.extend((fields.len() as u32).to_le_bytes());
    extended.extend(&fields);
    let program = read("extended", &object(BinaryFormat::Elf, &extended)).unwrap();
    assert_eq!(program.events.len(), 1);
    assert_eq!(program.elsewhere[0].path, "somewhere::later");
}

/// Fields of any kind, well formed or not.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let text = "[a-z:\u{0}é]{0,8}".prop_map(String::into_bytes);
    let value = prop_oneof![text, prop::collection::vec(any::<u8>(), 0..40), Just(vec![9; 32])];
    prop::collection::vec((any::<u8>(), 0..60u8, value), 0..12).prop_map(|all| {
        let mut out = Vec::new();
        for (any, known, value) in all {
            write::bytes(&mut out, if any < 30 { any } else { known }, &value);
        }
        out
    })
}

fn record() -> impl Strategy<Value = Vec<u8>> {
    (0..5u8, fields(), any::<bool>()).prop_map(|(kind, fields, right)| {
        let mut out = MAGIC.to_vec();
        out.extend([VERSION, kind]);
        out.extend((fields.len() as u32 + u32::from(!right)).to_le_bytes());
        out.extend(fields);
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_truncated_program_does_not_panic(cut in 0.0..1.0f64, which in 0..4usize) {
        let whole = whole(which);
        let end = (whole.len() as f64 * cut) as usize;
        // A cut after the records leaves them intact.
        let _ = read(&format!("truncated-{which}"), &whole[..end]);
    }

    #[test]
    fn a_damaged_program_does_not_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        which in 0..4usize,
    ) {
        let mut damaged = whole(which);
        for (at, byte) in flips {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        let _ = read(&format!("damaged-{which}"), &damaged);
    }

    #[test]
    fn damaged_records_do_not_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut damaged = records().to_vec();
        for (at, byte) in flips {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        let _ = events_record::read::section(&damaged);
    }

    #[test]
    fn records_of_any_kind_do_not_panic(all in prop::collection::vec(record(), 0..6)) {
        let bytes = all.concat();
        match events_record::read::section(&bytes) {
            Ok(message) => prop_assert!(message.len() <= all.len()),
            Err(error) => prop_assert!(error.offset <= bytes.len() + HEAD),
        }
        let _ = read("any", &object(BinaryFormat::Elf, &bytes));
    }

    #[test]
    fn bytes_of_any_kind_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = events_record::read::section(&bytes);
        let _ = read("bytes", &bytes);
    }
}

fn whole(which: usize) -> Vec<u8> {
    let mach = object(BinaryFormat::MachO, records());
    let elf = object(BinaryFormat::Elf, records());
    match which {
        0 => elf,
        1 => object(BinaryFormat::Coff, records()),
        2 => universal(&[(0x0100_0007, &mach)]),
        _ => archive(&[&elf, &mach]),
    }
}
