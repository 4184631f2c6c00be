//! `cargo events new`: the project builds, runs, passes its tests, and lists its events.

use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;

/// An empty folder for this test only.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    // A workspace of its own, so that the packages made here belong to no other.
    std::fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = []\n").unwrap();
    folder
}

/// The workspace of this repository.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new/target"));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the command. Returns its standard output and standard error.
fn new(code: i32, folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = command(cargo_bin!("cargo-events"), folder);
    let output = command.args(["events", "new"]).args(arguments).assert().code(code).get_output().clone();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = command(cargo, folder).args(arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_project_builds_runs_and_tests() {
    let folder = folder("project");
    let (output, _) = new(0, &folder, &["my-shop", "--events-path", workspace().to_str().unwrap()]);
    assert!(output.contains("created my-shop"), "{output}");
    let project = folder.join("my-shop");
    // The versions that are on this machine already.
    std::fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();

    let output = cargo(&project, &["run", "--offline", "--quiet"]);
    let expected = "order 1 is on its way\norder 2: 5 of `lamp` are asked for, and 1 are left (my_shop::handlers::reserve)\n";
    assert_eq!(output, expected);
    let tested = cargo(&project, &["test", "--offline", "--quiet"]);
    assert!(tested.contains("4 passed; 0 failed"), "{tested}");

    let mut list = command(cargo_bin!("cargo-events"), &project);
    let output = list.arg("list").arg("--event").arg("order.").assert().success().get_output().clone();
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(listed.contains("my_shop::handlers::reject_empty  priority 100"), "{listed}");
    assert!(listed.contains("2 events, 3 handlers"), "{listed}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder("there");
    std::fs::create_dir(folder.join("shop")).unwrap();
    std::fs::write(folder.join("shop/precious"), "kept").unwrap();
    std::fs::write(folder.join("file"), "kept").unwrap();
    for path in ["shop", "file", "."] {
        let (output, error) = new(2, &folder, &[path, "--name", "shop"]);
        assert!(output.is_empty() && error.contains("already exists"), "{path}: {error}");
    }
    assert_eq!(std::fs::read_to_string(folder.join("shop/precious")).unwrap(), "kept");
    assert_eq!(std::fs::read_dir(folder.join("shop")).unwrap().count(), 1);
}

#[test]
fn failures_leave_no_files() {
    let folder = folder("mistakes");
    let before = std::fs::read_dir(&folder).unwrap().count();
    for (arguments, message) in [
        (&["events"][..], "cannot be the name of a package that uses `events`"),
        (&["shop", "--name", "events"], "cannot be the name"),
        (&["shop", "--events-path", "."], "has no package `events`"),
        (&["shop", "--events-path", "no-such-folder"], "has no package `events`"),
        (&["shop", "--name", "a b"], "`cargo new` failed"),
        (&["fn"], "`cargo new` failed"),
        (&[], "<PATH>"),
    ] {
        let (output, error) = new(2, &folder, arguments);
        assert!(output.is_empty() && error.contains(message), "{arguments:?}: {error}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), before);
}
