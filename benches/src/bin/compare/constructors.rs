//! Counts what a program runs before `main`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use object::read::elf::ElfFile64;
use object::{Object, ObjectSection};

/// The lists of functions that the loader calls before `main`.
const LISTS: [&str; 3] = [".preinit_array", ".init_array", ".ctors"];

/// How many functions the loader calls before `main`. `None` if the program is not a 64-bit ELF file.
pub(crate) fn count(program: &Path) -> Result<Option<u64>, Box<dyn Error>> {
    let bytes = fs::read(program)?;
    let Ok(file) = ElfFile64::<object::Endianness>::parse(&*bytes) else { return Ok(None) };
    let lists = LISTS.iter().filter_map(|name| file.section_by_name(name));
    Ok(Some(lists.map(|list| list.size() / 8).sum()))
}

/// How many instructions of its own code a program runs outside of `main`, if `main` returns at once. `None` if
/// valgrind is missing.
///
/// The loader's own code is not counted: it relocates addresses, in tables as in any constant.
pub(crate) fn instructions(program: &Path, scratch: &Path) -> Result<Option<u64>, Box<dyn Error>> {
    let profile = scratch.join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-instr=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .arg("nothing")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !status.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let text = fs::read_to_string(&profile)?;
    fs::remove_file(&profile)?;
    Ok(Some(own(&text, program)))
}

/// Sums the costs that the profile lists for the program's own file.
fn own(profile: &str, program: &Path) -> u64 {
    let program = program.display().to_string();
    let mut names = std::collections::HashMap::new();
    let (mut counts, mut called, mut sum) = (false, false, 0);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            // `(3) /path` defines the name for which `(3)` is used later.
            let (id, name) = object.split_once(' ').unwrap_or((object, ""));
            if !name.is_empty() {
                names.insert(id.to_owned(), name.to_owned());
            }
            counts = names.get(id).is_some_and(|name| *name == program);
        } else if let Some(object) = line.strip_prefix("cob=") {
            if let Some((id, name)) = object.split_once(' ') {
                names.insert(id.to_owned(), name.to_owned());
            }
        } else if line.starts_with("calls=") {
            // The next line has the inclusive cost of the call, which is already counted in the called function.
            called = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '*')) {
            if counts && !called {
                sum += line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok()).unwrap_or(0);
            }
            called = false;
        }
    }
    sum
}
