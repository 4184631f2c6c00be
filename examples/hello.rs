//! The first event: two handlers that nobody registers.
//!
//! ```sh
//! cargo run --example hello
//! ```

use std::error::Error;

use events::prelude::*;

#[event]
struct UserJoined {
    name: String,
}

#[handler]
fn greet(event: &UserJoined) {
    println!("hello, {}", event.name);
}

/// Add a third handler below this one and run the example again: nothing else has to change.
#[handler]
fn tell_the_others(event: &UserJoined) {
    println!("{} is here", event.name);
}

fn main() -> Result<(), Box<dyn Error>> {
    let bus = Bus::builder().build()?;
    let outcome = bus.emit(&UserJoined { name: "Ada".to_owned() });
    println!("{} handlers ran", outcome.ran());
    Ok(outcome.into_result()?)
}
