//! `cargo events asyncapi`

mod document;
mod ids;
mod info;
mod payload;
mod yaml;

use std::io::Write;

use clap::ValueEnum;

pub use document::document;
pub use info::Info;

use crate::error::Result;
use crate::select::Select;
use crate::{Exit, binary, output};

const WHAT: &str = "\
Each lane is a channel, each event a message on it, each handler an operation that receives it; what a handler says it
`emits(..)` is an operation that sends it. Payloads are what serde reads by the types and attributes as written; of a type that
is not of the standard library only the name is known: it is an open schema with `x-rust-type`.";

/// Arguments of `asyncapi`.
#[derive(clap::Args, Debug)]
#[command(after_help = WHAT)]
pub struct Args {
    #[command(flatten)]
    select: Select,
    /// The title of the document; by default the program's name
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The version of the document; by default that of the program's package
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
    /// The form of the document
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
}

/// The form of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// JSON
    #[default]
    Json,
    /// YAML
    Yaml,
}

impl Args {
    /// Writes the document.
    ///
    /// # Errors
    /// If there is no program to look at, or the document cannot be written.
    pub fn run(self) -> Result<Exit> {
        let built = self.select.find()?;
        let program = binary::read(&built.binary)?;
        let known = Info::of(&built, &program);
        let info = Info {
            title: self.title.unwrap_or(known.title),
            version: self.api_version.unwrap_or(known.version),
        };
        let document = document(&program, &info);
        let mut out = output::stdout();
        match self.format {
            Form::Json => output::json(&mut out, &document)?,
            Form::Yaml => yaml::write(&mut out, &document)?,
        }
        out.flush()?;
        Ok(Exit::Fine)
    }
}
