//! A flash sale: a burst of orders for few units, keyed by item, with stock that must end exactly right.
//!
//! ```sh
//! cargo run --release --example flash_sale                                     # 200,000 orders
//! cargo run --release --example flash_sale -- --orders 1000000 --workers 4 --seed 3
//! ```
//!
//! What it shows, and where:
//!
//! - `shop/src/events.rs`: lanes, keys and urgencies of events.
//! - `shop/src/lib.rs`: the lanes themselves, with their workers and what they do when they are full.
//! - `shop/src/shelves.rs`: handlers that need no lock because their events have a key, and that send further events.
//! - `shop/src/payments.rs`: retries; and why one way in a ring of lanes must not wait.
//! - `shop/src/ledger.rs`, `points.rs`, `mail.rs`: a batch handler, one that fails behind a circuit breaker, a slow one.
//! - `shop/src/pager.rs`, `recovery.rs`: dead letters as events, looked at, and sent again.
//! - `shop/src/exactness.rs`: what must add up at the end. The program fails if it does not.
//!
//! The shop is a library, so that tests run it as this program does.

use std::error::Error;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use flash_sale::{Progress, Sale};

fn main() -> ExitCode {
    let error = match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) if error.is_closed_output() => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    eprint!("flash_sale: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::FAILURE
}

fn run() -> Result<(), flash_sale::Error> {
    let sale = Sale::from_args(std::env::args_os().skip(1))?;
    let is_terminal = io::stderr().is_terminal();
    let closing = flash_sale::run(&sale, &mut |progress| {
        if is_terminal {
            draw(progress);
        }
    });
    if is_terminal {
        eprint!("\r\x1b[K");
    }
    let closing = closing?;
    let mut out = BufWriter::new(io::stdout().lock());
    let written = flash_sale::write_report(&mut out, &closing).and_then(|()| out.flush());
    written.map_err(flash_sale::Error::Write)?;
    match closing.mistakes().len() {
        0 => Ok(()),
        mistakes => Err(flash_sale::Error::NotExact(mistakes)),
    }
}

/// One line, drawn over the last one.
fn draw(progress: &Progress) {
    const WIDTH: usize = 40;
    let Progress { placed, settled, orders, .. } = *progress;
    let filled = WIDTH * settled as usize / orders.max(1) as usize;
    let bar = "#".repeat(filled) + &"-".repeat(WIDTH - filled);
    eprint!("\r\x1b[K[{bar}] {settled} of {orders} orders settled, {placed} placed");
}
