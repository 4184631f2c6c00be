//! Tests in processes of their own: a test that hangs or aborts fails, and fails alone.

use std::any::type_name_of_val;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio, abort, exit};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Names the test that a process was started for.
const TEST: &str = "EVENTS_TEST_ALONE";

/// How long a test may take, in its own process: longer where the environment asks for a longer run. See `ci/stress`.
fn time_limit() -> Duration {
    Duration::from_secs(180).mul_f64(scale().max(1.0))
}

/// What the environment multiplies the work of tests by: `LANES_SCALE=10`, say.
pub(crate) fn scale() -> f64 {
    std::env::var("LANES_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1.0)
}

/// What a process left behind.
pub(crate) struct Output {
    /// `None` if a signal ended it, as after an abort.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// The lines that the program itself wrote to standard output, without those of the test harness: they begin with a `>`.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().filter_map(|line| line.split_once('>').map(|(_, line)| line)).collect()
    }

    /// Fails unless the program ended as a `main` does that returns.
    #[track_caller]
    pub(crate) fn assert_ended_well(&self) {
        assert!(
            self.code == Some(0),
            "ended with {:?}\nstdout:\n{}\nstderr:\n{}",
            self.code,
            self.stdout,
            self.stderr
        );
    }

    /// Fails unless standard error names `what` in just one place.
    #[track_caller]
    pub(crate) fn assert_said_once(&self, what: &str) {
        let times = self.stderr.matches(what).count();
        assert!(
            times == 1,
            "{times} times \"{what}\" on stderr, which should be said once:\n{}",
            self.stderr
        );
    }

    /// Fails if anything was written to standard error.
    #[track_caller]
    pub(crate) fn assert_silent(&self) {
        assert!(self.stderr.is_empty(), "there should be nothing on stderr:\n{}", self.stderr);
    }
}

/// What to do with the standard error of a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stderr {
    Read,
    /// A pipe that nobody reads: each write to it fails.
    Broken,
}

/// Runs a test in a process of its own, and fails as it does.
#[track_caller]
pub(crate) fn alone<F: FnOnce()>(test: F) {
    let name = name_of(&test);
    if std::env::var(TEST).is_ok_and(|this| this == name) {
        limit(name);
        return test();
    }
    let output = start(&name, Stderr::Read);
    assert!(
        output.code == Some(0),
        "in its own process, which ended with {:?}:\n{}\n{}",
        output.code,
        tail(&output.stdout),
        tail(&output.stderr)
    );
}

/// The end of what may be a long text: it says what failed.
fn tail(text: &str) -> &str {
    let from = text.len().saturating_sub(6_000);
    text.char_indices().find(|(at, _)| *at >= from).map_or("", |(at, _)| &text[at..])
}

/// Runs a program in a process of its own, to its end: the closure is its `main`. A panic on any thread is told on
/// standard output.
///
/// In the process itself this does not return.
pub(crate) fn exit_of<F: FnOnce()>(main: F) -> Output {
    exit_with(Stderr::Read, main)
}

pub(crate) fn exit_with<F: FnOnce()>(stderr: Stderr, main: F) -> Output {
    let name = name_of(&main);
    if std::env::var(TEST).is_ok_and(|this| this == name) {
        limit(name);
        std::panic::set_hook(Box::new(|info| println!(">panic: {info}")));
        let ended = catch_unwind(AssertUnwindSafe(main));
        // As at the end of `main`: other threads are not waited for.
        exit(if ended.is_ok() { 0 } else { 101 });
    }
    start(&name, stderr)
}

/// The name of the test that a closure was written in, as the test harness knows it.
fn name_of<F>(closure: &F) -> String {
    let path = type_name_of_val(closure);
    let (_, path) = path.split_once("::").expect("a closure is inside of a crate");
    let end = path.find("::{{closure}}").unwrap_or(path.len());
    path[..end].to_owned()
}

/// Ends this process when the time is up. Returns when the thread that does so runs, so that no test meets one half started.
fn limit(name: String) {
    let (runs, has_run) = mpsc::channel();
    thread::spawn(move || {
        runs.send(()).unwrap();
        // Nobody sends: it waits for its time.
        let (_sender, receiver) = mpsc::channel::<()>();
        let limit = time_limit();
        _ = receiver.recv_timeout(limit);
        println!(">timeout: {name} did not end within {limit:?}");
        eprintln!("{name} did not end within {limit:?}");
        abort();
    });
    has_run.recv().unwrap();
}

fn start(name: &str, stderr: Stderr) -> Output {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--include-ignored"])
        .env(TEST, name)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (send, received) = mpsc::channel();
    let out = child.stdout.take().unwrap();
    let err = child.stderr.take().unwrap();
    let readers: [(bool, Box<dyn Read + Send>); 2] = [(true, Box::new(out)), (false, Box::new(err))];
    let mut waits = 0;
    for (is_out, mut reader) in readers {
        if !is_out && stderr == Stderr::Broken {
            drop(reader);
            continue;
        }
        waits += 1;
        let send = send.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            drop(reader.read_to_end(&mut bytes));
            drop(send.send((is_out, String::from_utf8_lossy(&bytes).into_owned())));
        });
    }
    let mut output = Output { code: None, stdout: String::new(), stderr: String::new() };
    for _ in 0..waits {
        match received.recv_timeout(time_limit() * 2) {
            Ok((true, text)) => output.stdout = text,
            Ok((false, text)) => output.stderr = text,
            Err(_) => {
                drop(child.kill());
                panic!("the process of {name} did not end, nor did its own watchdog end it");
            }
        }
    }
    output.code = child.wait().unwrap().code();
    assert!(!output.stdout.contains("running 0 tests"), "there is no test `{name}` to run by itself");
    output
}
