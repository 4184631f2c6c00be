//! A lane: events of one key in order with four workers, retries, and a dead letter.
//!
//! ```sh
//! cargo run --example lane
//! ```

use std::error::Error;
use std::sync::Mutex;
use std::time::Duration;

use events::lane::{DeadLetter, LaneConfig};
use events::prelude::*;

#[event(lane = "accounts", key = account)]
struct Booked {
    account: usize,
    cents: i64,
}

#[derive(Default)]
struct Balances(Mutex<[i64; 3]>);

#[handler(retry(max = 2, backoff = "1ms"))]
fn book(event: &Booked, balances: State<'_, Balances>) -> Result<(), String> {
    let mut balances = balances.0.lock().map_err(|error| error.to_string())?;
    let balance = balances.get_mut(event.account).ok_or_else(|| format!("no account {}", event.account))?;
    *balance += event.cents;
    Ok(())
}

#[handler]
fn report(letter: &DeadLetter) {
    println!("dead letter: {letter}");
}

fn main() -> Result<(), Box<dyn Error>> {
    let lane = LaneConfig::new("accounts").workers(4);
    let bus = Bus::builder().lane(lane).state(Balances::default()).build()?;
    for number in 0..3_000 {
        bus.send(Booked { account: number % 3, cents: 1 })?;
    }
    bus.send(Booked { account: 99, cents: 1 })?;
    println!("{}", bus.shutdown(Duration::from_secs(5)));
    let balances = bus.state::<Balances>().and_then(|balances| Some(*balances.0.lock().ok()?));
    println!("balances: {:?}", balances.unwrap_or_default());
    Ok(())
}
