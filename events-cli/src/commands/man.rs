//! `cargo events man`

use std::io::Write;

use clap_mangen::Man;

use crate::error::Result;
use crate::{Exit, output};

/// Arguments of `man`.
#[derive(clap::Args, Debug)]
#[command(after_help = "To read it:  cargo events man | man -l -")]
pub struct Args {}

impl Args {
    /// Writes the page of `command`, with a section for each of its commands.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn run(self, mut command: clap::Command) -> Result<Exit> {
        command.build();
        let mut page = Vec::new();
        Man::new(command.clone()).render(&mut page)?;
        for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
            let man = Man::new(one.clone());
            writeln!(page, ".SH COMMAND: {}", one.get_name().to_uppercase())?;
            let mut section = Vec::new();
            man.render_synopsis_section(&mut section)?;
            man.render_description_section(&mut section)?;
            man.render_options_section(&mut section)?;
            man.render_extra_section(&mut section)?;
            page.extend(as_subsections(&section));
        }
        let mut out = output::stdout();
        out.write_all(&page)?;
        out.flush()?;
        Ok(Exit::Fine)
    }
}

/// Converts the sections of a command's own page to subsections of this page.
fn as_subsections(page: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(page).replace(".SH ", ".SS ").into_bytes()
}
