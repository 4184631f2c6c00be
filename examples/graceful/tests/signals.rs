//! The service is asked to stop while orders wait: all of them are handled, or it says which were not.
#![cfg_attr(not(unix), allow(dead_code, unused_imports))]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

const ORDERS: usize = 20;

/// A service that has accepted twenty orders. Its input stays open, so it runs until it is asked to stop.
struct Service {
    child: Child,
    _input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
    /// What it has printed so far.
    printed: String,
}

impl Service {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_graceful"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        for number in 0..ORDERS {
            writeln!(input, "chair {number}").unwrap();
        }
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while printed.matches("accepted\n").count() < ORDERS {
            assert_ne!(output.read_line(&mut printed).unwrap(), 0, "it ended early:\n{printed}");
        }
        Self { child, _input: input, output, printed }
    }

    /// Sends a signal, and waits for the end. Returns the exit code and all that was printed.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid]).status().unwrap();
        assert!(sent.success());
        self.output.read_to_string(&mut self.printed).unwrap();
        (self.child.wait().unwrap().code(), self.printed)
    }
}

fn assert_all_were_handled(signal: &str) {
    // Orders are booked a hundred at once, so none of the twenty is handled before the end.
    let (code, printed) = Service::start(&["--each", "5ms", "--limit", "60s"]).stop(signal);
    assert!(printed.contains("20 orders are not handled yet"), "{printed}");
    for number in 0..ORDERS {
        assert_eq!(printed.matches(&format!("shipped chair {number}\n")).count(), 1, "{printed}");
    }
    let booked = printed.lines().filter_map(|line| line.strip_prefix("booked ")?.split_once(' '));
    assert_eq!(
        booked.map(|(orders, _)| orders.parse::<usize>().unwrap()).sum::<usize>(),
        ORDERS,
        "{printed}"
    );
    assert!(printed.contains("20 sent = 20 handled + 0 dead-lettered + 0 rejected + 0 left"), "{printed}");
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
#[cfg(unix)]
fn every_order_is_handled_after_sigterm() {
    assert_all_were_handled("TERM");
}

#[test]
#[cfg(unix)]
fn every_order_is_handled_after_ctrl_c() {
    assert_all_were_handled("INT");
}

#[test]
#[cfg(unix)]
fn orders_that_are_left_are_named_and_the_exit_code_says_so() {
    let (code, printed) = Service::start(&["--each", "3600s", "--limit", "50ms"]).stop("TERM");
    assert!(printed.contains("left on lane \"orders\": 20 × order.placed"), "{printed}");
    assert_eq!(code, Some(1), "{printed}");
}

#[test]
#[cfg(not(unix))]
fn skipped_without_signals() {
    println!("skipped: this system has no SIGTERM");
}
