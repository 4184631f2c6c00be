//! A key has a hash: told once, where the key is named.

use events::prelude::*;

struct Address;

#[event(key = address)]
struct Sent {
    address: Address,
}

#[handler]
fn ledger(_: &Sent) {}

fn main() {}
