//! Bytes of any kind as a program: what is read is listed and read back.
#![no_main]

use events_cli::binary;
use events_cli::model::Program;
use events_cli_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    with_file("binary", bytes, |path| match binary::read(path) {
        Ok(program) => {
            assert!(program.handlers().count() + program.events.len() <= bytes.len());
            let listing = serde_json::to_string(&program).expect("a program is data");
            let read: Program = serde_json::from_str(&listing).expect("a listing is read back");
            assert_eq!(read, program);
        }
        // An error says which file it is about, and why.
        Err(error) => assert!(error.to_string().len() > path.display().to_string().len()),
    });
});
