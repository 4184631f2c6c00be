//! The machine on which figures were measured.

use std::collections::BTreeSet;
use std::fmt;
use std::process::Command;

use serde::Serialize;

/// The properties of a machine that figures depend on.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The operating system.
    pub system: &'static str,
    /// The processor's architecture.
    pub architecture: &'static str,
    /// The processor's name. Empty if the system does not report it.
    pub processor: String,
    /// How many threads can run at once.
    pub threads: usize,
    /// How many cores there are: two threads of one core share its caches and its speed. `None` if the system does not
    /// report it.
    pub cores: Option<usize>,
    /// The compiler's version. Empty if there is none.
    pub rustc: String,
}

impl Machine {
    /// The machine that runs this program.
    ///
    /// # Errors
    /// If the system does not report how many threads can run at once.
    pub fn this() -> std::io::Result<Self> {
        let listed = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let named = value_of(&listed, "model name").map(str::to_owned);
        let from_sysctl = || output_of("sysctl", &["-n", "machdep.cpu.brand_string"]);
        Ok(Self {
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            processor: named.unwrap_or_else(from_sysctl),
            threads: std::thread::available_parallelism()?.get(),
            cores: cores(&listed),
            rustc: output_of("rustc", &["--version"]),
        })
    }
}

/// The processor and how many threads it runs at once, on how many cores.
impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { system, architecture, processor, threads, cores, rustc } = self;
        let processor = if processor.is_empty() { "an unnamed processor" } else { processor };
        let counted =
            |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        write!(f, "{processor}, {}", counted(*threads, "thread"))?;
        if let Some(cores) = cores {
            write!(f, " on {}", counted(*cores, "core"))?;
        }
        write!(f, ", {architecture}, {system}")?;
        if rustc.is_empty() { Ok(()) } else { write!(f, ", {rustc}") }
    }
}

/// The output of a command. Empty if it fails or does not exist.
fn output_of(command: &str, arguments: &[&str]) -> String {
    let output = Command::new(command).args(arguments).output().ok().filter(|output| output.status.success());
    output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first value of this name in `/proc/cpuinfo`.
fn value_of<'a>(listed: &'a str, name: &str) -> Option<&'a str> {
    let mut values = listed.lines().filter_map(|line| line.split_once(':'));
    values.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
}

/// How many different cores `/proc/cpuinfo` lists.
fn cores(listed: &str) -> Option<usize> {
    let core =
        |part: &str| Some((value_of(part, "physical id")?.to_owned(), value_of(part, "core id")?.to_owned()));
    let all: BTreeSet<(String, String)> = listed.split("\n\n").filter_map(core).collect();
    (!all.is_empty()).then_some(all.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(ids: &[(u8, u8)]) -> String {
        let part = |(socket, core): &(u8, u8)| {
            format!(
                "processor\t: 0\nmodel name\t: A Processor\nphysical id\t: {socket}\ncore id\t\t: {core}\n"
            )
        };
        ids.iter().map(part).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn two_threads_of_one_core_are_one_core() {
        assert_eq!(cores(&listed(&[(0, 0), (0, 0)])), Some(1));
        assert_eq!(cores(&listed(&[(0, 0), (0, 1)])), Some(2));
        assert_eq!(cores(&listed(&[(0, 0), (1, 0)])), Some(2));
        assert_eq!(cores(""), None);
        assert_eq!(value_of(&listed(&[(0, 0)]), "model name"), Some("A Processor"));
    }

    #[test]
    fn a_machine_is_named_in_a_line() {
        let mut machine = Machine {
            system: "linux",
            architecture: "x86_64",
            processor: "A Processor".to_owned(),
            threads: 2,
            cores: Some(1),
            rustc: String::new(),
        };
        assert_eq!(machine.to_string(), "A Processor, 2 threads on 1 core, x86_64, linux");
        (machine.processor, machine.cores) = (String::new(), None);
        assert_eq!(machine.to_string(), "an unnamed processor, 2 threads, x86_64, linux");
    }
}
