//! `cargo events completions`

use std::io::Write;

use clap_complete::{Shell, generate};

use crate::error::Result;
use crate::{Exit, output};

/// Arguments of `completions`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
For bash:  cargo events completions bash > ~/.local/share/bash-completion/completions/cargo-events
For zsh:   cargo events completions zsh > a folder of $fpath, as _cargo-events
For fish:  cargo events completions fish > ~/.config/fish/completions/cargo-events.fish")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

impl Args {
    /// Writes the script for `command`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn run(self, command: clap::Command) -> Result<Exit> {
        let mut script = Vec::new();
        // Shells complete the command name as one word.
        let mut command = command.bin_name("cargo-events");
        generate(self.shell, &mut command, "cargo-events", &mut script);
        let mut out = output::stdout();
        out.write_all(&script)?;
        out.flush()?;
        Ok(Exit::Fine)
    }
}
