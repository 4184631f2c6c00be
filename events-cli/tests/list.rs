//! `cargo events list` on the small crates of `tests/linking`, built in many ways.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use events_cli::model::{self, Program};

/// The command, in the folder of the small crates, with a target folder of its own.
fn command() -> Command {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/linking");
    let mut command = Command::new(cargo_bin!("cargo-events"));
    command
        .current_dir(root)
        .env("CARGO_TARGET_DIR", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("linking"));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

fn list(arguments: &[&str]) -> String {
    // Each build of a program by cargo replaces the one before.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = command().arg("list").args(arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn text_is_for_people() {
    insta::assert_snapshot!(list(&["-p", "linking-app"]));
}

#[test]
fn json_is_for_programs() {
    let text = list(&["-p", "linking-app", "--format", "json"]);
    insta::assert_snapshot!(text);
    let program: Program = serde_json::from_str(&text).unwrap();
    assert_eq!(program.events.len(), 3);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("saved.json");
    std::fs::write(&file, &text).unwrap();
    assert_eq!(model::load(&file).unwrap(), program);
}

#[test]
fn every_build_lists_the_same() {
    let debug = list(&["-p", "linking-app", "--format", "json"]);
    for profile in ["small", "thin"] {
        let other = list(&["-p", "linking-app", "--profile", profile, "--format", "json"]);
        assert_eq!(other, debug, "profile {profile}");
    }
    let inventory = list(&["-p", "linking-app", "--features", "inventory", "--format", "json"]);
    assert_eq!(inventory, debug, "the backend inventory");
}

#[test]
fn a_crate_that_is_left_out_is_not_listed() {
    assert!(!list(&["-p", "linking-app"]).contains("forgotten"));
    assert!(
        list(&["-p", "linking-app", "--features", "remembered"]).contains("linking_forgotten::forgotten")
    );
}

#[test]
fn metadata_can_be_left_out() {
    let off = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("off");
    let mut command = command();
    command.env("CARGO_TARGET_DIR", off).env("RUSTFLAGS", "--cfg events_metadata=\"off\"");
    let output = command.args(["list", "-p", "linking-app"]).assert().code(2).get_output().clone();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("has no events"), "{error}");
}

#[test]
fn filters_keep_what_is_selected() {
    let paths = |arguments: &[&str]| {
        let all = [&["-p", "linking-app", "--format", "json"], arguments].concat();
        let program: Program = serde_json::from_str(&list(&all)).unwrap();
        let events: Vec<_> = program.events.iter().map(|event| event.path.clone()).collect();
        let handlers: Vec<_> = program.handlers().map(|handler| handler.path.clone()).collect();
        (events, handlers)
    };
    let (events, handlers) = paths(&["--crate", "linking-audit"]);
    assert_eq!(events, ["linking_shop::Paid"]);
    assert_eq!(
        handlers,
        [
            "linking_audit::write_down",
            "linking_audit::checks::limit",
            "linking_audit::checks::zero",
            "linking_audit::name"
        ]
    );
    let (events, handlers) = paths(&["--crate", "linking_twin"]);
    assert_eq!((events.as_slice(), handlers.len()), (&["linking_twin::Paid".to_owned()][..], 1));
    let (events, _) = paths(&["--event", "SHOP.paid", "--event", "nested"]);
    assert_eq!(events, ["linking_shop::Paid", "linking_shop::nested::Paid"]);
    let (events, handlers) = paths(&["--handler", "checks"]);
    assert_eq!((events.len(), handlers.len()), (1, 2));
    assert_eq!(paths(&["--handler", "checks", "--event", "nested"]).0.len(), 0);
}

#[test]
fn cargo_calls_it_by_its_name() {
    let output = command().args(["events", "list", "--help"]).assert().success().get_output().clone();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("Usage: cargo events list"), "{help}");
}

#[test]
fn errors_say_what_to_do() {
    let error_of = |arguments: &[&str]| {
        let output = command().args(arguments).assert().code(2).get_output().clone();
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error_of(&["list", "no-such-file"]).contains("no-such-file: cannot be read"));
    assert!(error_of(&["list", "Cargo.toml"]).contains("is not a program"));
    assert!(error_of(&["list", "."]).contains("cannot be read"));
    assert!(error_of(&["list", "-p", "linking-shop"]).contains("cargo built no program: choose one with"));
    assert!(error_of(&["list", "-p", "no-such-package"]).contains("the build failed"));
    assert!(error_of(&["list", "Cargo.toml", "--release"]).contains("cannot be used with"));
    assert!(error_of(&["list", "--format", "yaml"]).contains("possible values: text, json"));
}

#[test]
fn colours_are_written_if_requested() {
    assert!(!list(&["-p", "linking-app"]).contains('\u{1b}'));
    assert!(list(&["-p", "linking-app", "--color", "always"]).contains('\u{1b}'));
}

#[test]
fn completions_and_manual_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = command().args(["completions", shell]).assert().success().get_output().clone();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("completions") && script.contains("no-default-features"), "{shell}");
    }
    let output = command().arg("man").assert().success().get_output().clone();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains(".SH COMMAND: LIST") && page.contains("Exit codes"), "{page}");
}
