//! Handlers that come and go at run time, and one that sees every event.
//!
//! ```sh
//! cargo run --example subscribe
//! ```

use std::error::Error;

use events::AnyEvent;
use events::prelude::*;

#[event(name = "price.changed")]
struct PriceChanged {
    cents: u64,
}

#[handler(all)]
fn audit(event: &AnyEvent<'_>) {
    println!("audit: {}", event.meta().name);
}

fn main() -> Result<(), Box<dyn Error>> {
    let bus = Bus::builder().build()?;

    let client = bus.subscribe(|price: &PriceChanged| println!("client: {} cents", price.cents));
    bus.subscription::<PriceChanged>()
        .name("alarm")
        .when(|price| price.cents > 1_000)
        .subscribe(|price, _| Err(format!("{} cents is too much", price.cents)))
        .detach();

    bus.emit(&PriceChanged { cents: 990 }).into_result()?;
    drop(client);
    println!("the client is gone");
    if let Err(error) = bus.emit(&PriceChanged { cents: 1_250 }).into_result() {
        println!("failed: {error}");
    }
    Ok(())
}
