//! Bytes of any kind as a static library.
#![no_main]

use events_cli::binary;
use events_cli_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Most of what can go wrong lies behind the first eight bytes.
    let library = [b"!<arch>\n", bytes].concat();
    with_file("library", &library, |path| match binary::read_library(path) {
        Ok(library) => assert!(library.program.handlers().count() <= bytes.len()),
        Err(error) => assert!(error.to_string().len() > path.display().to_string().len()),
    });
});
