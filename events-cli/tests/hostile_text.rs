//! Names, paths and documentation that try to control a terminal or a CI system: no command and no form shows them raw.

mod forge;

use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use events_record::{kind, shape, tag};
use forge::{object, record};
use object::BinaryFormat;

/// Concealed text, a bell, the other way to begin an escape sequence, a window title, and a change of the writing
/// direction.
const EVIL: &str =
    "evil\u{1b}[8m\u{7}\u{9b}8m\u{1b}]0;x\u{7}\u{202e}\u{2066}\u{200f}\u{2028}\u{e0041}\r\n::error::gone";

/// Attributes with escape sequences of the language, which only a parser of the attributes decodes.
const ATTRIBUTES: &str = r#"rename = "\u{1b}[8m\u{202e}", alias = "\u{9b}8m", with = "\u{1b}[8m""#;

fn text(start: &str) -> Vec<u8> {
    format!("{start}{EVIL}").into_bytes()
}

/// A program in which every text is hostile. `more` makes another version of it.
fn program(name: &str, more: bool) -> PathBuf {
    let evil = text("");
    let place = format!("m{EVIL}\0src/{EVIL}.rs\0{EVIL}\n::error::docs\n##[error]docs");
    let number = |number: u8| vec![number];
    let ids = |all: &[u8]| all.iter().flat_map(|id| [*id; 16]).collect::<Vec<u8>>();
    let mut field = Vec::new();
    for (tag, value) in [
        (tag::FIELD_NAME, &evil),
        (tag::FIELD_TYPE, &text(if more { "u8" } else { "Option" })),
        (tag::DOCS, &evil),
        (tag::SERDE, &ATTRIBUTES.as_bytes().to_vec()),
    ] {
        events_record::write::bytes(&mut field, tag, value);
    }
    let common: [(u8, &[u8]); 4] = [
        (tag::PLACE, place.as_bytes()),
        (tag::PACKAGE, &evil),
        (tag::PACKAGE_VERSION, &evil),
        (tag::LINE, &[7]),
    ];
    let event = |id: u8, public: &str, version: u8| {
        let (id, public, name) = (ids(&[id]), text(public), text(&format!("E{id}")));
        let (version, shape) = (number(version), number(shape::STRUCT as u8));
        let mut fields: Vec<(u8, &[u8])> = vec![
            (tag::IDS, &id),
            (tag::NAME, &name),
            (tag::PUBLIC_NAME, &public),
            (tag::VERSION, &version),
            (tag::SHAPE, &shape),
            (tag::FIELD, &field),
        ];
        fields.extend([tag::KEY, tag::LANE, tag::URGENCY, tag::SERDE].map(|tag| (tag, &*evil)));
        fields.extend(common);
        record(kind::EVENT, &fields)
    };
    let handler = |name: &str, group: bool| {
        let (ids, name) = (ids(&[1, 9, 1]), text(name));
        let (flags, priority) = (number(events_record::flag::MAY_STOP), number(u8::from(more)));
        let mut fields: Vec<(u8, &[u8])> =
            vec![(tag::IDS, &ids), (tag::NAME, &name), (tag::FLAGS, &flags), (tag::PRIORITY, &priority)];
        let texts =
            [tag::EVENT, tag::CONDITION, tag::ARGUMENT, tag::EMITS, tag::RETURNS, tag::RETRY, tag::TIMEOUT];
        fields.extend(texts.into_iter().chain([tag::BREAKER, tag::BATCH]).map(|tag| (tag, &*evil)));
        if group {
            fields.push((tag::GROUP, &evil));
        }
        fields.extend(common);
        record(kind::HANDLER, &fields)
    };
    let mut records =
        [event(1, "::error::", 1 + u8::from(more)), event(2, "same", 1), event(3, "same", 1)].concat();
    records.extend([handler("a", false), handler("b", true)].concat());
    if more {
        records.extend(event(4, "\u{1b}[8m", 1));
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, object(BinaryFormat::Elf, &records)).unwrap();
    path
}

/// The standard output and standard error of the command.
fn output_of(arguments: &[&str]) -> String {
    let mut command = Command::new(cargo_bin!("cargo-events"));
    let output = command.env_clear().args(arguments).assert().get_output().clone();
    assert!(output.status.code().is_some_and(|code| code < 3), "{arguments:?}: {output:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

fn is_raw(char: char) -> bool {
    let turns = matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || matches!(char, '\u{2028}' | '\u{e0041}') || char.is_control() && !matches!(char, '\n' | '\t')
}

#[test]
fn no_form_shows_them_raw() {
    let (old, new) = (program("hostile-old", false), program("hostile-new", true));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let saved = format!("{old}.json");
    std::fs::write(&saved, output_of(&["list", old, "--format", "json"])).unwrap();
    // As another tool would save it.
    let raw = format!("{old}-raw.json");
    let text: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&saved).unwrap()).unwrap();
    std::fs::write(&raw, text.to_string().replace("\\\\u{202e}", "\u{202e}").replace("\\\\u{1b}", "\\u001b"))
        .unwrap();
    assert!(std::fs::read_to_string(&raw).unwrap().contains(is_raw));
    let mut seen = 0;
    for arguments in [
        &["list", old][..],
        &["list", old, "--format", "json"],
        &["check", old],
        &["check", old, "--format", "json"],
        &["check", old, "--format", "github"],
        &["check", old, "--format", "sarif"],
        &["graph", old],
        &["graph", old, "--format", "dot"],
        &["graph", old, "--format", "svg"],
        &["graph", old, "--format", "html"],
        &["graph", old, "--detail", "crates", "--format", "svg"],
        &["graph", old, "--detail", "events", "--format", "mermaid"],
        &["asyncapi", old],
        &["asyncapi", old, "--format", "yaml"],
        &["diff", old, new, "--require", "full"],
        &["diff", new, old, "--require", "full"],
        &["diff", &raw, new],
        &["diff", old, new, "--format", "json"],
        &["diff", old, new, "--format", "github", "--require", "full"],
        &["diff", new, old, "--format", "github", "--require", "full"],
    ] {
        let output = output_of(arguments);
        seen += usize::from(output.contains("evil"));
        let found: Vec<char> = output.chars().filter(|char| is_raw(*char)).collect();
        assert!(found.is_empty(), "{arguments:?}: {found:?} in {output}");
        let is_github = arguments.contains(&"github");
        let obeyed = |line: &&str| line.trim_start().starts_with("::") && !is_github || line.contains("##[");
        assert_eq!(output.lines().find(obeyed), None, "{arguments:?}");
    }
    assert_eq!(seen, 20, "every form shows the names");
}

#[test]
fn colours_are_the_commands_own() {
    let old = program("hostile-colour", false);
    let output = output_of(&["list", old.to_str().unwrap(), "--color", "always"]);
    assert!(output.contains("\u{1b}[1m"), "{output}");
    for sequence in output.split('\u{1b}').skip(1) {
        let (code, _) = sequence.strip_prefix('[').unwrap().split_once('m').unwrap();
        assert!(["0", "1", "2", "33", "36"].contains(&code), "{code}");
    }
}

#[test]
fn errors_do_not_show_them_raw() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-error.json");
    std::fs::write(&path, "{\"events\": \"\\u001b[8m\u{202e}\"}").unwrap();
    let path = path.to_str().unwrap();
    for arguments in [&["diff", path, path][..], &["list", "no\u{1b}[8m\u{202e}such"], &["graph", "\u{9b}8m"]]
    {
        let output = output_of(arguments);
        assert!(output.contains("error") && !output.contains(is_raw), "{arguments:?}: {output:?}");
    }
}
