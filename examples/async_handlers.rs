//! `async` handlers: two that wait side by side, awaited in a task, and then on a lane that runs them on tokio.
//!
//! ```sh
//! cargo run --example async_handlers --features tokio
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use events::lane::LaneConfig;
use events::prelude::*;
use tokio::runtime::Handle;
use tokio::time::sleep;

const SERVER: Duration = Duration::from_millis(200);

#[event(async, lane = "orders")]
struct OrderPaid;

#[handler(concurrent)]
async fn receipt(_: &OrderPaid) {
    sleep(SERVER).await;
}

#[handler(concurrent, retry(max = 3))]
async fn ship(_: &OrderPaid) -> Result<(), String> {
    sleep(SERVER).await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let lane = LaneConfig::new("orders").workers(100).tokio(Handle::current());
    let bus = Bus::builder().lane(lane).build()?;

    let begin = Instant::now();
    let outcome = bus.emit_async(&OrderPaid).await;
    println!("{} handlers that wait {SERVER:?} each: awaited in {:.0?}", outcome.ran(), begin.elapsed());

    for _ in 0..100 {
        bus.send_async(OrderPaid).await?;
    }
    println!("100 events are on the lane");
    let report = bus.shutdown_async(Duration::from_secs(10)).await;
    println!("{report}");
    Ok(())
}
