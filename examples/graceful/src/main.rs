//! A service that loses no event when it is asked to stop.
//!
//! ```sh
//! cargo run -p graceful                          # type an order a line; stop it with Ctrl-C, SIGTERM, or Ctrl-D
//! cargo run -p graceful -- --limit 5s --each 1s  # a second for each order, and 5 s to finish when it is stopped
//! ```
//!
//! Each line of standard input is an order, and an event on a lane. When the service is asked to stop it takes no further
//! order, handles those that it has, up to a limit of time, and reports. The exit code says what came of it:
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | every order was handled |
//! | 1 | orders were left, or became dead letters; the report on standard output names them |
//! | 2 | the service could not start |
//!
//! What it shows, and where:
//!
//! - `stop.rs`: signals, listened for before the first order is taken.
//! - `orders.rs`: an asynchronous handler, and a batch handler whose events wait until the batch is full or the bus ends.
//! - here: the end, within a limit of time that is shorter than the one of the service manager.

#![forbid(unsafe_code)]

mod orders;
mod settings;
mod stop;

use std::error::Error;
use std::io::{self, BufRead};
use std::process::ExitCode;
use std::thread;

use events::LaneConfig;
use events::lane::ShutdownReport;
use events::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use orders::{OrderPlaced, Warehouse};
use settings::Settings;
use stop::Stop;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(report) if report.needs_attention() => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("graceful: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<ShutdownReport, Box<dyn Error>> {
    let settings = Settings::from_args(std::env::args().skip(1))?;
    // Before the first order: a signal that nobody listens for ends the process at once.
    let mut stop = Stop::listen()?;
    let bus = Bus::builder()
        .lane(LaneConfig::new("orders").workers(2).tokio(Handle::current()))
        .state(Warehouse::new(settings.each))
        .build()?;
    let (at_end, end) = oneshot::channel();
    // A thread of its own: reading blocks, and nothing can interrupt it when the service is asked to stop.
    let sender = bus.clone();
    thread::Builder::new().name("orders".to_owned()).spawn(move || {
        take_orders(&sender);
        // Where nobody listens any more, the service is stopping already.
        _ = at_end.send(());
    })?;
    tokio::select! {
        signal = stop.asked() => println!("{signal}: stopping within {:?}", settings.limit),
        _ = end => println!("no further orders: stopping within {:?}", settings.limit),
    }
    println!("{} orders are not handled yet", bus.account().left);
    let report = bus.shutdown_async(settings.limit).await;
    println!("{report}");
    Ok(report)
}

/// Sends each line of standard input, until it ends or the bus takes no more.
fn take_orders(bus: &Bus) {
    for line in io::stdin().lock().lines() {
        let item = match line {
            Ok(line) => line,
            Err(error) => return eprintln!("graceful: standard input cannot be read: {error}"),
        };
        match bus.send(OrderPlaced { item }) {
            Ok(()) => println!("accepted"),
            // Nothing is lost: who sends has the order back, and can say so to whoever placed it.
            Err(error) => return eprintln!("graceful: {} was not accepted: {error}", error.event.item),
        }
    }
}
