use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use events::prelude::*;

/// An event for the listing.
#[event(name = "heard")]
struct Heard {
    id: u64,
}

#[handler(priority = 3)]
fn hear(heard: &Heard) {
    assert_eq!(heard.id, 1);
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff").join(name)
}

/// Runs the command, and returns its standard output and standard error.
fn run(code: i32, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(cargo_bin!("cargo-events"));
    command.env_remove("CLICOLOR_FORCE").args(arguments);
    let output = command.assert().code(code).get_output().clone();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn diff(code: i32, options: &[&str]) -> String {
    let (old, new) = (file("old.json"), file("new.json"));
    run(code, &[&["diff", old.to_str().unwrap(), new.to_str().unwrap()], options].concat()).0
}

#[test]
fn text_is_for_people() {
    insta::assert_snapshot!(diff(0, &[]));
}

#[test]
fn json_is_for_programs() {
    insta::assert_snapshot!(diff(0, &["--format", "json"]));
}

#[test]
fn github_gets_annotations() {
    insta::assert_snapshot!(diff(1, &["--format", "github", "--require", "backward"]));
}

#[test]
fn the_requirement_decides_the_exit_code() {
    for (require, unmet) in [
        ("backward", "not backward compatible: order.lost, order.moved, order.seen"),
        ("forward", "not forward compatible: order.paid, order.closed, order.moved, order.seen"),
        ("full", "not fully compatible: order.lost, order.paid, order.closed, order.moved, order.seen"),
    ] {
        let text = diff(1, &["--require", require]);
        assert_eq!(text.lines().last(), Some(unmet));
    }
    let old = file("old.json");
    let same = [old.to_str().unwrap(), old.to_str().unwrap()];
    let (text, _) = run(0, &["diff", same[0], same[1], "--require", "full"]);
    assert_eq!(text, "no differences\n");
}

#[test]
fn a_binary_and_its_saved_listing_are_the_same() {
    let program = std::env::current_exe().unwrap();
    let program = program.to_str().unwrap();
    let (listing, _) = run(0, &["list", program, "--format", "json"]);
    assert!(listing.contains("heard"));
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-saved.json");
    std::fs::write(&saved, &listing).unwrap();
    let saved = saved.to_str().unwrap();
    assert_eq!(run(0, &["diff", program, saved]).0, "no differences\n");
    assert_eq!(run(0, &["diff", saved, program, "--require", "full"]).0, "no differences\n");
    // A changed listing differs.
    let other = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-other.json");
    std::fs::write(&other, listing.replace("\"priority\": 3", "\"priority\": 4")).unwrap();
    let (text, _) = run(0, &["diff", program, other.to_str().unwrap()]);
    assert!(text.contains("~ priority 3 -> 4"), "{text}");
    assert_eq!(events::dispatch(&Heard { id: 1 }).ran(), 1);
}

#[test]
fn unreadable_files_are_errors() {
    let old = file("old.json");
    let old = old.to_str().unwrap();
    let written = |name: &str, text: &str| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (other, message) in [
        ("no-such-file".to_owned(), "no-such-file: cannot be read"),
        (
            written("diff-half.json", "{\"events\": ["),
            "is not a listing of `cargo events list --format json`",
        ),
        (written("diff-array.json", "[1, 2]"), "is not a listing of `cargo events list --format json`"),
        (written("diff-later.json", "{\"format\": 99, \"events\": []}"), "update `cargo events`"),
        (written("diff-empty.json", ""), "is not a program"),
        (env!("CARGO_MANIFEST_DIR").to_owned(), "cannot be read"),
    ] {
        let (out, error) = run(2, &["diff", old, &other]);
        assert!(out.is_empty() && error.contains(message), "{other}: {error}");
    }
    let (_, error) = run(2, &["diff", old]);
    assert!(error.contains("<NEW>"), "{error}");
}
