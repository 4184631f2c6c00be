//! Bytes of any kind as a section of records.
#![no_main]

use events_record::read::section;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(told) = section(bytes) {
        // Each record has at least its head.
        assert!(told.len() * events_record::HEAD <= bytes.len());
    }
});
