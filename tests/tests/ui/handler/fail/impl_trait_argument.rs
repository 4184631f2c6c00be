//! `impl Trait` names no extractor.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn ledger(_: &Paid, text: impl AsRef<str>) {
    let _ = text.as_ref();
}

fn main() {}
