//! Handlers of another crate's events. The program names this crate only in `events::link!`.
#![forbid(unsafe_code)]
#![deny(warnings)]

use events::prelude::*;
use linking_shop::Paid as OrderPaid;

/// Where the audit goes: what was paid, and the names of all events.
#[derive(Default)]
pub struct Trail(pub std::sync::Mutex<Vec<u64>>, pub std::sync::Mutex<Vec<&'static str>>);

#[handler(priority = 10)]
fn write_down(paid: &OrderPaid, trail: State<'_, Trail>) {
    trail.0.lock().unwrap().push(paid.0);
}

/// Sees the events of every crate.
#[handler(all, priority = -5)]
fn name(event: &events::AnyEvent<'_>, trail: State<'_, Trail>) {
    trail.1.lock().unwrap().push(event.meta().name);
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
