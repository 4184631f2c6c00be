//! State is known by a type of one's own.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handlers]
impl (u32, u32) {
    #[handler]
    fn debit(&self, event: &Paid) {
        let _ = event.cents;
    }
}

fn main() {}
