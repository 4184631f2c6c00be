//! Handlers of another crate's events. The program names this crate only in `events::link!`.
#![forbid(unsafe_code)]
#![deny(warnings)]

use events::prelude::*;
use linking_shop::Paid as OrderPaid;

/// Where the audit goes.
#[derive(Default)]
pub struct Trail(pub std::sync::Mutex<Vec<u64>>);

#[handler(priority = 10)]
fn write_down(paid: &OrderPaid, trail: State<'_, Trail>) {
    trail.0.lock().unwrap().push(paid.0);
}

#[handlers]
mod checks {
    use super::*;

    #[handler]
    fn limit(paid: &OrderPaid) -> Result<(), String> {
        if paid.0 > 100 { Err(format!("{} is over the limit", paid.0)) } else { Ok(()) }
    }

    #[handler]
    fn zero(paid: &linking_shop::Paid) -> Result<(), String> {
        if paid.0 == 0 { Err("nothing was paid".into()) } else { Ok(()) }
    }
}
