//! State that handlers ask for, and what happens where it is missing.
//!
//! ```sh
//! cargo run --example state
//! ```

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};

use events::prelude::*;

#[event]
struct OrderPaid {
    cents: u64,
}

struct Shop {
    name: &'static str,
}

#[derive(Default)]
struct Revenue(AtomicU64);

#[handler]
fn add(order: &OrderPaid, shop: State<'_, Shop>, revenue: State<'_, Revenue>) {
    let sum = revenue.0.fetch_add(order.cents, Ordering::Relaxed) + order.cents;
    println!("{}: {} cents, {sum} in all", shop.name, order.cents);
}

fn main() -> Result<(), Box<dyn Error>> {
    // A bus is bound when it is built, so what is missing is found before the first event.
    if let Err(error) = Bus::builder().state(Revenue::default()).build() {
        println!("without the shop, {error}\n");
    }
    let bus = Bus::builder().state(Shop { name: "Corner shop" }).state(Revenue::default()).build()?;
    for cents in [990, 1_250, 75] {
        bus.emit(&OrderPaid { cents }).into_result()?;
    }
    Ok(())
}
