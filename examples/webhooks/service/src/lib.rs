//! A service that receives GitHub's webhooks, a line of JSON each, and dispatches them to handlers.
//!
//! The way of a line: `source` reads it, `decode` makes it an event and emits it, `account` keeps what became of it,
//! `report` tells. None of them calls a handler: those are in the modules `filter`, `audit`, `announce`, `builds` and
//! `statistics` and in the crate `webhooks-labels`, and the linker puts them into the tables of their events. What they
//! share with the rest of the program is the state that [`run`] gives the bus.

#![forbid(unsafe_code)]

mod account;
mod columns;
mod decode;
mod error;
mod report;
mod source;

// Handlers, and the state they share with the report.
mod announce;
mod audit;
mod builds;
mod filter;
mod statistics;

use std::io::{BufRead, Write};

use events::prelude::*;
use webhooks_events::Journal;

pub use account::{Account, HandlerFailure, Kinds, Undecodable};
pub use error::Error;
pub use source::Source;

// Nothing calls the label rules; without this the linker would leave them out.
events::link!(webhooks_labels);

/// Receives all that is in `source`, and writes to `out` what came of it.
///
/// # Errors
/// When the input cannot be read to its end (what was read is reported), or the report cannot be written. A line that
/// cannot be decoded and a handler that fails are no errors of the service: they stand in the report.
pub fn run(source: &Source, out: &mut impl Write) -> Result<Account, Error> {
    let input = source.open()?;
    receive(input, out)
}

/// Like [`run`], for input that is open already.
///
/// # Errors
/// As [`run`].
pub fn receive(input: impl BufRead, out: &mut impl Write) -> Result<Account, Error> {
    let bus = bus()?;
    let mut account = Account::default();
    let read = receive_all(input, &bus, &mut account);
    report::write(out, &bus, &account).map_err(Error::Write)?;
    read?;
    if account.balances() { Ok(account) } else { Err(Error::Unbalanced) }
}

/// A bus with all state that the handlers ask for. Forgetting some of it is an error that names the handler.
fn bus() -> Result<Bus, Error> {
    let builder = Bus::builder()
        .state(Journal::default())
        .state(announce::Announcer::default())
        .state(audit::AuditTrail::default())
        .state(statistics::Statistics::default())
        .expect_handlers_from(["webhooks-labels"]);
    builder.build().map_err(Error::Bus)
}

fn receive_all(input: impl BufRead, bus: &Bus, account: &mut Account) -> Result<(), Error> {
    let mut lines = source::Lines::new(input);
    while let Some((number, line)) = lines.next().map_err(Error::Read)? {
        account.line(number, decode::receive(number, line, bus));
    }
    Ok(())
}
