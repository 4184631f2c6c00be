//! `cargo events list`

mod filter;
mod text;

use std::io::Write;

pub use filter::Filter;

use crate::Exit;
use crate::error::Result;
use crate::output::{self, Format};
use crate::select::Select;

/// Arguments of `list`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    select: Select,
    #[command(flatten)]
    filter: Filter,
    /// The form of the list
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Format,
}

impl Args {
    /// Lists.
    ///
    /// # Errors
    /// If there is no program to look at, or the list cannot be written.
    pub fn run(self) -> Result<Exit> {
        let program = self.filter.apply(self.select.read()?);
        let mut out = output::stdout();
        match self.format {
            Format::Text => text::write(&mut out, &program)?,
            Format::Json => output::json(&mut out, &program)?,
        }
        out.flush()?;
        Ok(Exit::Fine)
    }
}
