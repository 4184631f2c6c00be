//! The order of handlers, a condition, a handler that stops the rest, and one that fails.
//!
//! ```sh
//! cargo run --example order
//! ```

use std::ops::ControlFlow;

use events::prelude::*;

#[event]
struct OrderPlaced {
    units: u32,
}

#[handler(priority = 100)]
fn check_stock(order: &OrderPlaced) -> ControlFlow<StopReason> {
    println!("  check_stock");
    if order.units > 5 {
        ControlFlow::Break(StopReason::new("only 5 are left"))
    } else {
        ControlFlow::Continue(())
    }
}

#[handler(priority = 10, when = |order| order.units > 2)]
fn discount(_: &OrderPlaced) {
    println!("  discount");
}

#[handler]
fn print_label(_: &OrderPlaced) -> Result<(), &'static str> {
    println!("  print_label");
    Err("no paper")
}

#[handler(priority = -10)]
fn thank(_: &OrderPlaced) {
    println!("  thank");
}

fn main() {
    for units in [1, 3, 7] {
        println!("{units} units");
        let outcome = events::dispatch(&OrderPlaced { units });
        if let Some(stopped) = outcome.stopped_by() {
            println!("  => {stopped}");
        }
        if let Err(error) = outcome.into_result() {
            println!("  => {error}");
        }
    }
}
