//! The commands, one module each: its arguments, and `run`.
//!
//! To add one: a module with a `pub struct Args` that derives `clap::Args` and has `pub fn run(self) -> Result<Exit>`; a
//! variant of [`Command`] whose documentation is the line that `--help` shows; an arm in [`Command::run`]. A command that
//! looks at one program flattens [`Select`](crate::select::Select) and calls `read` on it.

pub mod asyncapi;
pub mod check;
pub mod completions;
pub mod diff;
pub mod graph;
pub mod list;
pub mod man;
pub mod new;

use clap::{CommandFactory, Parser, Subcommand};

use crate::Exit;
use crate::error::Result;
use crate::output::Color;

/// Shows what is wired in a program built with the `events` crate, without running it
#[derive(Debug, Parser)]
#[command(
    name = "cargo-events",
    bin_name = "cargo events",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = EXIT_CODES
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour text
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub color: Color,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  success, and nothing to report
  1  errors found by `check`, or a change that `diff --require` does not allow
  2  the command failed: wrong arguments, a build that fails, a file that cannot be read";

/// The commands.
#[allow(clippy::large_enum_variant, reason = "there is one in a run")]
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists events, and under each its handlers in dispatch order
    List(list::Args),
    /// Checks what the compiler cannot: events without handlers, handlers that were left out, cycles of events
    Check(check::Args),
    /// Draws crates, events, handlers, and what handlers say they emit
    Graph(graph::Args),
    /// Compares two programs: events and handlers that were added, removed or changed, and whether payloads can still be read
    Diff(diff::Args),
    /// Writes an AsyncAPI 3.0 document: channels, messages with their payloads, operations
    Asyncapi(asyncapi::Args),
    /// Creates a project that builds, runs and has tests
    New(new::Args),
    /// Writes a script that completes this command in a shell
    Completions(completions::Args),
    /// Writes the manual page
    Man(man::Args),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// If the command fails.
    pub fn run(self) -> Result<Exit> {
        match self {
            Self::List(args) => args.run(),
            Self::Check(args) => args.run(),
            Self::Graph(args) => args.run(),
            Self::Diff(args) => args.run(),
            Self::Asyncapi(args) => args.run(),
            Self::New(args) => args.run(),
            Self::Completions(args) => args.run(Cli::command()),
            Self::Man(args) => args.run(Cli::command()),
        }
    }
}
