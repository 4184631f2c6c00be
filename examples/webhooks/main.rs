//! Receives GitHub's webhooks as lines of JSON and dispatches them to handlers in several modules and crates.
//!
//! ```sh
//! cargo run --release --example webhooks                  # the sample beside this file
//! cargo run --release --example webhooks -- FILE          # a file of {"event": .., "payload": ..} lines
//! some-receiver | cargo run --release --example webhooks -- -
//! ```
//!
//! - `events/`: the event types, one for each kind of webhook, and the journal in which handlers note what they did.
//! - `labels/`: label rules, handlers in a crate that nothing calls.
//! - `service/`: the other handlers, and the way of a line from the input to the report.
//!
//! The service is a library, so that tests run it as this program does.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use webhooks::Source;

fn main() -> ExitCode {
    let error = match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) if error.is_closed_output() => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    eprint!("webhooks: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::FAILURE
}

fn run() -> Result<(), webhooks::Error> {
    let source = Source::from_args(std::env::args_os().skip(1))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let received = webhooks::run(&source, &mut out);
    out.flush().map_err(webhooks::Error::Write)?;
    received.map(drop)
}
