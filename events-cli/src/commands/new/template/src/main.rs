//! Emits two orders, of which the second asks for more than the stock has.

use std::error::Error;

use __CRATE__::orders::OrderPlaced;
use __CRATE__::{Stock, bus};

fn main() -> Result<(), Box<dyn Error>> {
    let bus = bus(Stock::of([("lamp", 2)]))?;
    for (id, count) in [(1, 1), (2, 5)] {
        let outcome = bus.emit(&OrderPlaced { id, item: "lamp".to_owned(), count });
        for failure in outcome.failures() {
            println!("order {id}: {failure} ({})", failure.name());
        }
    }
    Ok(())
}
