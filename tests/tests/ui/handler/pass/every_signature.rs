//! What a handler may take and return, and how its options may be written.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::ops::ControlFlow;

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl Error for Refused {}

fn large(event: &Paid) -> bool {
    event.cents > 100_00
}

#[handler()]
fn nothing(_: &Paid) {}

#[handler]
fn unit(_: &Paid) -> () {}

#[handler(priority = -2147483648)]
fn own_error(_: &Paid) -> Result<(), Refused> {
    Ok(())
}

#[handler(priority = 1_000,)]
fn boxed_error(_: &Paid) -> Result<(), Box<dyn Error + Send + Sync>> {
    Ok(())
}

#[handler(when = large)]
fn text_error(_: &Paid) -> Result<(), String> {
    Err(String::new())
}

#[handler(when = |event: &Paid| -> bool { event.cents > 0 }, priority = 0x10)]
fn borrowed_text_error(_: &Paid) -> Result<(), &'static str> {
    Ok(())
}

#[handler]
fn control_flow(_: &Paid) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[handler]
#[rustfmt::skip]
fn with_commas(_: &Paid, cx: &Context,) {
    assert_eq!(cx.attempt(), 1);
}

#[handler]
fn with_mutable_binding(mut event: &Paid) {
    assert!(event.cents > 0);
    event = &Paid { cents: 0 };
    assert_eq!(event.cents, 0);
}

fn main() {
    let outcome = events::dispatch(&Paid { cents: 990 });
    assert!(outcome.is_ok());
    assert_eq!(outcome.ran(), 8);
    // A handler is a function still.
    nothing(&Paid { cents: 990 });
}
