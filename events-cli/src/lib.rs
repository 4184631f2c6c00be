//! Shows what is wired in a program built with the `events` crate, from its binary, without running it.
//!
//! This is the library of the command `cargo events`; other tools can read programs with it:
//!
//! ```no_run
//! let program = events_cli::binary::read("target/release/shop".as_ref())?;
//! for event in &program.events {
//!     println!("{} has {} handlers", event.name, event.handlers.len());
//! }
//! # Ok::<(), events_cli::binary::Error>(())
//! ```
//!
//! - [`binary`]: reads programs and libraries: ELF, Mach-O, PE.
//! - [`model`]: what is known of a program, as plain data; also what `list --format json` writes.
//! - [`select`]: which program is meant; builds it where a package is named.
//! - [`schema`]: what an event looks like outside of the process, and who can read what.
//! - [`output`]: how results are shown.
//! - [`commands`]: one module a command.
#![forbid(unsafe_code)]

pub mod binary;
pub mod commands;
mod error;
pub mod model;
pub mod output;
pub mod schema;
pub mod select;
mod text;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use error::{Error, Result};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Code 0: nothing to report.
    Fine,
    /// Code 1: it succeeded, and found a mistake.
    Findings,
    /// Code 2: it failed.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        })
    }
}

/// Runs the command with these arguments, the program's own name first; `cargo events ..` and `cargo-events ..` are the
/// same. Errors are reported on standard error.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    // Cargo calls `cargo-events events ..`.
    if arguments.get(1).is_some_and(|first| first == "events") {
        arguments.remove(1);
    }
    let cli = match commands::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // An error here means that standard output is closed.
            let _ = error.print();
            return if error.use_stderr() { Exit::Failed.into() } else { Exit::Fine.into() };
        }
    };
    cli.color.choose();
    match cli.command.run() {
        Ok(exit) => exit.into(),
        // The reader has closed the pipe, as in `cargo events list | head`.
        Err(Error::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Fine.into(),
        Err(error) => {
            output::report_error(&error);
            Exit::Failed.into()
        }
    }
}
