//! The example `webhooks`, run as its program runs it: on the sample, on input made to break it, and on real payloads
//! where they are at hand.
#![cfg(feature = "std")]

use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use webhooks::{Account, Error, Source};

fn run(source: &Source) -> (Account, String) {
    let mut out = Vec::new();
    let account = webhooks::run(source, &mut out).unwrap();
    (account, String::from_utf8(out).unwrap())
}

fn receive(input: &[u8]) -> (Account, String) {
    let mut out = Vec::new();
    let account = webhooks::receive(input, &mut out).unwrap();
    (account, String::from_utf8(out).unwrap())
}

/// The row of a handler: event, priority, runs, failures, what it did last.
fn row<'a>(report: &'a str, handler: &str) -> Vec<&'a str> {
    let row = report.lines().find(|line| line.split_whitespace().next() == Some(handler));
    let row = row.unwrap_or_else(|| panic!("no row for {handler} in:\n{report}"));
    row.split_whitespace().skip(1).collect()
}

fn assert_says(report: &str, lines: &[&str]) {
    for line in lines {
        assert!(report.lines().any(|other| other.trim() == *line), "no line `{line}` in:\n{report}");
    }
}

#[test]
fn the_sample_shows_each_fate_of_a_line() {
    let (account, report) = run(&Source::Sample);
    assert!(account.balances());
    assert_says(
        &report,
        &[
            "21 lines = 16 dispatched (1 stopped by a handler) + 1 not wanted + 1 without an event type \
             + 2 undecodable + 1 blank",
            "line 20: issues: missing field `issue` (column 127)",
            "line 21: EOF while parsing an object (column 51)",
            "milestone      1  18",
            "sponsorship      1  19",
            "tidal/harbour-clock 1.4.0 is out: Leap years",
            "line 4: #12 gets size/S",
            "line 5: #13 has size/L",
            "5f0c2e1a7b1d4c7e9a513d2f6c8b9e04  otto rewrote refs/heads/main of tidal/buoys",
            "0000000000000000000000000000000f  ines added mei as member of tidal/harbour-clock",
        ],
    );
}

#[test]
fn the_table_tells_what_each_handler_did() {
    let (_, report) = run(&Source::Sample);
    assert_eq!(row(&report, "webhooks::announce::release_published")[..4], ["release", "50", "2", "1"]);
    assert_eq!(row(&report, "webhooks::statistics::Statistics::pushed")[..4], ["push", "0", "2", "0"]);
    // Of a fused group each handler has its row, and one that stops the rest keeps the label rules from the bot's.
    assert_eq!(row(&report, "webhooks_labels::pull_requests::size")[..4], ["pull_request", "-10", "2", "0"]);
    assert_eq!(
        row(&report, "webhooks::filter::pull_request_by_bot"),
        ["pull_request", "1000", "1", "0", "stopped", "gearbump[bot]"]
    );
    assert_eq!(row(&report, "webhooks::audit::ref_deleted"), ["delete", "100", "0", "0"]);
}

#[test]
fn a_failure_is_named_with_its_place_and_its_line() {
    let (account, report) = run(&Source::Sample);
    let failure = account.failures.iter().find(|failure| failure.line == 12).unwrap();
    assert_eq!(failure.name, "webhooks::announce::release_published");
    assert!(failure.place.0.ends_with("announce.rs"), "{}", failure.place.0);
    assert!(report.contains("the tag \"nightly\" is not a version"));
    assert_eq!(account.failures.iter().map(|failure| failure.line).collect::<Vec<_>>(), [12, 13, 16]);
}

#[test]
fn it_goes_on_behind_lines_that_cannot_be_decoded() {
    let star = r#"{"event":"star","payload":{"action":"created","repository":{"full_name":"a/b"}}}"#;
    let input = [
        b"\xff\xfe".as_slice(),
        b"[]",
        b"{\"event\":\"star\"}",
        b"{\"event\":7,\"payload\":{}}",
        b"{\"event\":\"star\",\"payload\":null}",
        b"   \t\r",
        b"{\"event\":\"\\u001b[2J\",\"payload\":{}}",
        star.as_bytes(),
    ]
    .join(&b'\n');
    let (account, report) = receive(&input);
    assert_eq!((account.lines, account.dispatched, account.blank), (8, 1, 1));
    assert_eq!(account.undecodable.iter().map(|line| line.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(account.undecodable[0].reason, "not UTF-8 (column 1)");
    assert_eq!(account.undecodable[2].reason, "missing field `payload` (column 16)");
    assert_eq!(account.without_type.len(), 1);
    assert!(!report.contains('\u{1b}'), "what comes from outside steers no terminal");
}

#[test]
fn nothing_in_is_nothing_out() {
    let (account, report) = receive(b"");
    assert_eq!(account.lines, 0);
    assert_says(
        &report,
        &["0 lines = 0 dispatched (0 stopped by a handler) + 0 not wanted \
                            + 0 without an event type + 0 undecodable + 0 blank"],
    );
}

#[test]
fn input_that_cannot_be_read_is_an_error_and_what_was_read_is_reported() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable is out"))
        }
    }
    let input = b"{\"event\":\"ping\",\"payload\":{}}\n".chain(Broken);
    let mut out = Vec::new();
    let error = webhooks::receive(BufReader::new(input), &mut out).unwrap_err();
    assert!(matches!(error, Error::Read(_)), "{error}");
    assert!(String::from_utf8(out).unwrap().contains("1 line = 0 dispatched"));

    let missing = Source::File("no/such/file".into());
    assert!(matches!(webhooks::run(&missing, &mut Vec::new()), Err(Error::Open(..))));
}

/// GitHub's own examples of 58 kinds. They are not part of the repository: whoever has them puts them beside it.
#[test]
fn real_payloads_are_all_accounted_for() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/github-webhooks.ndjson");
    if !path.exists() {
        // Past the capture of test output, so that nobody takes a skipped test for a passed one.
        let _ = writeln!(io::stderr(), "SKIPPED: no real payloads at {}", path.display());
        return;
    }
    let (account, report) = run(&Source::File(path));
    assert_eq!(account.lines, 181);
    assert!(account.balances(), "{report}");
    // Every payload of a kind that is an event here has the fields its type asks for.
    assert!(account.undecodable.is_empty(), "{report}");
    assert_eq!(account.blank, 0);
    let numbers = account.not_wanted.values().chain(account.without_type.values()).flatten().count() as u64;
    assert_eq!(account.dispatched + numbers, 181);
    assert_eq!(account.without_type.len(), 38);
    let failed: Vec<_> = account.failures.iter().map(|failure| (failure.line, failure.name)).collect();
    assert_eq!(failed, [(179, "webhooks::builds::run_completed")]);
    assert_eq!(account.stopped, 1);
}
