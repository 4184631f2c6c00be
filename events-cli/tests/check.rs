//! `cargo events check` on a program with a fault for each rule, and on one that is close to each and has none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

fn workspace(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The target folder of a workspace. Each has its own, because their packages have the same names.
fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("check").join(name)
}

/// The output of the command for a workspace's program. Asserts the exit code.
fn check(name: &str, arguments: &[&str], code: i32) -> String {
    // Each build of a program by cargo replaces the one before.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut command = Command::new(cargo_bin!("cargo-events"));
    command.current_dir(workspace(name)).env("CARGO_TARGET_DIR", target(name));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    let assert = command.arg("check").args(arguments).assert().code(code);
    let output = assert.get_output();
    let text = if code == 2 { &output.stderr } else { &output.stdout };
    String::from_utf8(text.clone()).unwrap()
}

fn app(name: &str, arguments: &[&str], code: i32) -> String {
    check(name, &[&["-p", "app"], arguments].concat(), code)
}

fn json(name: &str, arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&app(name, &[&["--format", "json"], arguments].concat(), code)).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// The places of the findings of each rule, as file and line.
fn places(report: &Value) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in list(&report["findings"]) {
        let place = &finding["location"];
        let place = format!("{}:{}", text(&place["file"]), place["line"]);
        places.entry(text(&finding["rule"]).to_owned()).or_default().push(place);
    }
    places
}

/// The line of a planted fault, found by its text.
fn planted(file: &str, line: &str) -> String {
    let source = std::fs::read_to_string(workspace("faulty").join(file)).unwrap();
    let at = source.lines().position(|found| found.trim_start().starts_with(line));
    format!("{file}:{}", at.unwrap_or_else(|| panic!("no line {line:?} in {file}")) + 1)
}

#[test]
fn each_planted_fault_is_found_where_it_is() {
    let report = json("faulty", &[], 1);
    let expected = [
        ("cycle", vec![planted("shop/src/lib.rs", "fn ask_again")]),
        (
            "left-out",
            vec![
                planted("app/src/lib.rs", "fn in_the_library"),
                planted("audit/src/lib.rs", "fn write_down"),
                planted("mail/src/lib.rs", "fn count"),
            ],
        ),
        ("same-name", vec![planted("shop/src/lib.rs", "pub struct OrderPaid")]),
        ("state-versions", vec![planted("ledger/src/lib.rs", "fn write")]),
        ("stop-order", vec![planted("shop/src/lib.rs", "fn check_fraud")]),
        ("unhandled", vec![planted("shop/src/lib.rs", "pub struct OrderShipped")]),
    ];
    assert_eq!(places(&report), expected.map(|(rule, places)| (rule.to_owned(), places)).into());
    assert_eq!(report["not_checked"], Value::Array(Vec::new()));
    for finding in list(&report["findings"]) {
        assert!(!text(&finding["message"]).is_empty() && !text(&finding["help"]).is_empty(), "{finding}");
    }
}

#[test]
fn a_left_out_crate_is_reported_with_the_line_that_links_it() {
    let report = json("faulty", &["--allow", "all", "--deny", "left-out"], 1);
    let lines: Vec<_> = list(&report["findings"]).iter().map(|finding| text(&finding["help"])).collect();
    assert_eq!(
        lines,
        [
            "write `events::link!(app);` in app/src/main.rs",
            "write `events::link!(trail);` in app/src/main.rs",
            "write `events::link!(mail);` in stock/src/lib.rs",
        ]
    );
}

#[test]
fn an_example_misses_only_crates_that_it_names() {
    let example = |name: &str, code| {
        let report = check(
            name,
            &["-p", "app", "--example", "small", "--allow", "all", "--deny", "left-out", "--format", "json"],
            code,
        );
        serde_json::from_str::<Value>(&report).unwrap()
    };
    let report = example("faulty", 1);
    let expected = [("left-out".to_owned(), vec![planted("mail/src/lib.rs", "fn count")])];
    assert_eq!(places(&report), expected.into());
    // Reached through a dev-dependency.
    assert_eq!(report["findings"][0]["help"], "write `events::link!(mail);` in shelf/src/lib.rs");
    assert!(list(&example("clean", 0)["findings"]).is_empty());
}

#[test]
fn text_is_for_people() {
    let output = app("faulty", &[], 1);
    // The library may have events of its own.
    let (findings, counted) = output.trim_end().rsplit_once('\n').unwrap();
    assert!(counted.starts_with("6 errors, 2 warnings: ") && counted.ends_with(" 7 handlers"), "{counted}");
    insta::assert_snapshot!("faulty_text", findings);
}

#[test]
fn a_clean_program_has_no_findings() {
    let output = app("clean", &["--deny", "all"], 0);
    assert!(output.starts_with("nothing found: ") && output.ends_with(" 12 handlers\n"), "{output}");
    let report = json("clean", &["--deny", "all"], 0);
    assert_eq!((list(&report["findings"]).len(), list(&report["not_checked"]).len()), (0, 0));
}

#[test]
fn rules_work_with_link_time_optimisation() {
    let other = app("faulty", &["--profile", "fat"], 1);
    assert_eq!(other, app("faulty", &[], 1));
    // The readable libraries were built in a folder of their own.
    assert!(target("faulty").join("cargo-events/fat").is_dir());
}

#[test]
fn for_a_binary_unchecked_rules_are_listed() {
    app("faulty", &[], 1);
    let binary = target("faulty").join("debug").join(format!("app{}", std::env::consts::EXE_SUFFIX));
    let binary = binary.to_str().unwrap();
    let report: Value = serde_json::from_str(&check("faulty", &[binary, "--format", "json"], 1)).unwrap();
    let rules: Vec<String> = places(&report).into_keys().collect();
    assert_eq!(rules, ["cycle", "same-name", "stop-order", "unhandled"]);
    let not_checked: Vec<_> = list(&report["not_checked"]).iter().map(|not| text(&not["rule"])).collect();
    assert_eq!(not_checked, ["left-out", "state-versions"]);
    // Rules that are allowed are not listed as unchecked.
    let output = check("faulty", &[binary, "--allow", "left-out,state-versions"], 1);
    assert!(!output.contains("not checked"), "{output}");
}

#[test]
fn rules_have_the_level_that_is_set() {
    let levels = |arguments: &[&str], code| {
        let report = json("faulty", arguments, code);
        let findings = list(&report["findings"]).iter();
        let mut levels: Vec<_> = findings.map(|finding| text(&finding["level"]).to_owned()).collect();
        levels.dedup();
        levels
    };
    assert_eq!(levels(&["--deny", "all"], 1), ["error"]);
    assert_eq!(levels(&["--warn", "all"], 0), ["warning"]);
    assert_eq!(levels(&["--warn", "all", "--deny", "cycle"], 1), ["warning", "error"]);
    assert!(levels(&["--allow", "all"], 0).is_empty());
    assert_eq!(levels(&["--allow", "all", "--warn", "stop-order"], 0), ["warning"]);
}

#[test]
fn errors_say_what_to_do() {
    let output = app("faulty", &["--deny", "cycle", "--allow", "cycle,unhandled"], 2);
    assert!(output.contains("`cycle` is given to both --deny and --allow"), "{output}");
    let output = app("faulty", &["--deny", "cycles"], 2);
    assert!(
        output.contains("possible values: unhandled, left-out") && output.contains("'cycle'"),
        "{output}"
    );
    let output = check("faulty", &["Cargo.toml"], 2);
    assert!(output.contains("is not a program"), "{output}");
}

#[test]
fn help_lists_the_rules() {
    let help = check("faulty", &["--help"], 0);
    for rule in ["unhandled", "left-out", "same-name", "stop-order", "state-versions", "cycle"] {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(&format!("{rule} "))),
            "{rule}: {help}"
        );
    }
}

#[test]
fn github_gets_one_command_for_each_finding() {
    let output = app("faulty", &["--format", "github"], 1);
    assert_eq!(output.lines().count(), list(&json("faulty", &[], 1)["findings"]).len());
    for line in output.lines() {
        let (command, message) = line[2..].split_once("::").unwrap();
        let (level, properties) = command.split_once(' ').unwrap();
        assert!(["error", "warning"].contains(&level), "{line}");
        let properties: BTreeMap<_, _> =
            properties.split(',').map(|one| one.split_once('=').unwrap()).collect();
        assert!(root().join(properties["file"]).is_file(), "{line}");
        assert!(
            properties["line"].parse::<u32>().unwrap() > 0 && properties["title"].contains("cargo events")
        );
        assert!(message.contains("%0Ahelp: "), "{line}");
    }
}

/// The folder to which paths are relative: the repository, or the workspace if there is none.
fn root() -> PathBuf {
    let workspace = workspace("faulty");
    let root = workspace.ancestors().find(|folder| folder.join(".git").exists());
    root.unwrap_or(&workspace).to_owned()
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let document: Value = serde_json::from_str(&app("faulty", &["--format", "sarif"], 1)).unwrap();
    assert_eq!(document["version"], "2.1.0");
    assert!(text(&document["$schema"]).ends_with("sarif-schema-2.1.0.json"));
    let [run] = list(&document["runs"]) else { panic!("one run: {document}") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "cargo-events");
    assert!(text(&driver["informationUri"]).starts_with("https://"));
    let rules = list(&driver["rules"]);
    for rule in rules {
        assert_eq!(rules.iter().filter(|other| other["id"] == rule["id"]).count(), 1, "{rule}");
        assert!(text(&rule["shortDescription"]["text"]).ends_with('.'), "{rule}");
        assert!(["error", "warning"].contains(&text(&rule["defaultConfiguration"]["level"])), "{rule}");
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let results = list(&run["results"]);
    assert_eq!(results.len(), list(&json("faulty", &[], 1)["findings"]).len());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&text(&result["level"])), "{result}");
        assert!(!text(&result["message"]["text"]).is_empty());
        let [location] = list(&result["locations"]) else { panic!("one place: {result}") };
        for location in [location].into_iter().chain(list(&result["relatedLocations"])) {
            let place = &location["physicalLocation"];
            let artifact = &place["artifactLocation"];
            assert!(root().join(text(&artifact["uri"])).is_file(), "{artifact}");
            assert!(!run["originalUriBaseIds"][text(&artifact["uriBaseId"])].is_null(), "{artifact}");
            let region = &place["region"];
            assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1));
        }
        for (id, related) in list(&result["relatedLocations"]).iter().enumerate() {
            assert_eq!(related["id"], id);
            assert!(!text(&related["message"]["text"]).is_empty());
        }
    }
}
