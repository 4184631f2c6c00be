//! Where figures were made.

use std::process::Command;

use serde::Serialize;

/// A machine, as far as figures depend on it.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The operating system.
    pub system: &'static str,
    /// The processor's kind.
    pub architecture: &'static str,
    /// How many threads can run at once.
    pub cores: usize,
    /// The compiler's version; empty where none is at hand.
    pub rustc: String,
}

impl Machine {
    /// This one.
    ///
    /// # Errors
    /// If the system does not tell how many threads can run at once.
    pub fn this() -> std::io::Result<Self> {
        let rustc = Command::new("rustc").arg("--version").output();
        let rustc = rustc
            .map_or_else(|_| String::new(), |told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
        Ok(Self {
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            cores: std::thread::available_parallelism()?.get(),
            rustc,
        })
    }
}
