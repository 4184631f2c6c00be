//! `cargo events graph`
//!
//! A program is converted to a `net` of nodes in crates, with the selected detail. Each form has a module that writes
//! it. The pictures get their positions from `layout`.

mod dot;
mod drawing;
mod html;
mod label;
mod layout;
mod mermaid;
mod net;
mod svg;

use std::io::Write;

use clap::ValueEnum;

pub use drawing::Drawing;
pub use net::Detail;
use net::Net;

use super::list::Filter;
use crate::error::Result;
use crate::select::Select;
use crate::{Exit, binary, output};

/// Arguments of `graph`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  cargo events graph --format html > wiring.html    a page to search, of the package in this folder
  cargo events graph shop --crate shop-mail         what the crate shop-mail handles and emits, for a README
  cargo events graph shop --format dot | dot -Tpdf  drawn by Graphviz")]
pub struct Args {
    #[command(flatten)]
    select: Select,
    #[command(flatten)]
    filter: Filter,
    /// The form of the graph
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
    /// How much detail is drawn
    #[arg(long, value_enum, value_name = "DETAIL", default_value_t)]
    detail: Detail,
}

/// The form of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Text that GitHub and others draw within Markdown
    #[default]
    Mermaid,
    /// Text for Graphviz
    Dot,
    /// A picture
    Svg,
    /// A page in one file: zoom, search, what follows from an event, documentation
    Html,
}

impl Args {
    /// Draws.
    ///
    /// # Errors
    /// If there is no program to look at, or the graph cannot be written.
    pub fn run(self) -> Result<Exit> {
        let built = self.select.find()?;
        let whole = binary::read(&built.binary)?;
        let shown = self.filter.apply(whole.clone());
        let title = built.binary.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = Drawing { title: &title, shown: &shown, whole: &whole }.draw(self.format, self.detail)?;
        let mut out = output::stdout();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(Exit::Fine)
    }
}

impl Drawing<'_> {
    /// The graph in this form, as text.
    ///
    /// # Errors
    /// If the data of the page cannot be written as JSON.
    pub fn draw(&self, form: Form, detail: Detail) -> Result<String> {
        let net = Net::of(self, detail);
        Ok(match form {
            // By default only as much detail as Mermaid accepts.
            Form::Mermaid if detail == Detail::Auto => {
                let text = mermaid::write(&net);
                if mermaid::is_taken(&net, &text) {
                    text
                } else {
                    mermaid::write(&Net::of(self, Detail::Crates))
                }
            }
            Form::Mermaid => mermaid::write(&net),
            Form::Dot => dot::write(self.title, &net),
            Form::Svg => svg::write(self.title, &net),
            Form::Html => html::write(self, &net)?,
        })
    }
}
