//! Writes what fuzzing begins with, into a folder for each target: the records of this very program, by themselves and in
//! files of each format.

#[path = "../../tests/forge/mod.rs"]
mod forge;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use events::prelude::*;
use forge::{archive, object, records, universal};
use object::BinaryFormat;

/// Something with all that can be told of an event.
#[event(name = "seed.sown", version = 3, key = id, lane = "field", urgency = "high")]
struct Sown {
    /// Which.
    id: u64,
    #[cfg(not(any()))]
    by: Option<String>,
}

#[event(unhandled = "allow")]
enum Grown {
    Tall { by: u8 },
    Small(u8),
    Not,
}

struct Soil;

/// Asks for all that a handler can ask for.
#[handler(priority = -3, when = |sown| sown.id > 0, emits(Grown), retry(max = 2), timeout = "1s", breaker(failures = 9))]
fn grow(_: &Sown, _soil: State<'_, Soil>, _cx: &Context) -> Result<(), String> {
    Ok(())
}

#[handler(batch)]
fn count(sown: &[Sown]) {
    assert!(sown.iter().all(|one| one.by.is_none()));
}

#[handlers]
impl Soil {
    #[handler]
    fn rest(&self, _: &Sown) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    #[handler]
    fn drink(&self, _: &Sown) {}
}

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "corpus".to_owned());
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    let grown = [Grown::Tall { by: 1 }, Grown::Small(1), Grown::Not];
    assert!(grown.iter().all(|grown| !matches!(grown, Grown::Tall { by: 0 } | Grown::Small(0))));

    let records = records();
    write("records", "all", records)?;
    let [elf, mach, coff] =
        [BinaryFormat::Elf, BinaryFormat::MachO, BinaryFormat::Coff].map(|format| object(format, records));
    let both = universal(&[(0x0100_0007, &mach), (0x0100_000C, &mach)]);
    let library = archive(&[b"no object", &elf, &coff, b"BC\xC0\xDE and what follows"]);
    let files =
        [("elf", &elf), ("mach", &mach), ("coff", &coff), ("universal", &both), ("archive", &library)];
    for (name, file) in files {
        write("binary", name, file)?;
    }
    for members in [&[&elf[..]][..], &[&mach, &coff], &[b"BC\xC0\xDE", &elf, &elf]] {
        let library = archive(members);
        // The target itself puts the first eight bytes before it.
        write("library", &format!("of-{}-bytes", library.len()), &library[8..])?;
    }
    Ok(())
}
