//! `cargo events asyncapi`: the documents of this program, which includes the example `webhooks` and unusual events,
//! and of generated programs are valid by the official schema.
//!
//! That schema is not in the repository: `ci/asyncapi` fetches it from the npm registry. If it is missing, tests that
//! need it print so and pass.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use events::prelude::*;
use events_cli::commands::asyncapi::{Info, document};
use events_cli::model::{Event, Field, Handler, Program, Shape};
use proptest::prelude::*;
use serde_json::{Value, json};

events::link!(webhooks);

/// Paid.
///
/// In full.
#[event(name = "order paid/~1#?", lane = "pay/ments {x}", urgency = "high", key = id, version = 7, unhandled = "allow")]
#[allow(dead_code, reason = "only its declaration is used")]
struct Hostile {
    id: u64,
    amounts: BTreeMap<u16, Vec<Option<(u8, char)>>>,
    reference: HashMap<String, [f32; 3]>,
    unknown: std::sync::Arc<elsewhere::Thing>,
    /// A keyword of the language.
    r#type: Option<Box<str>>,
}

mod elsewhere {
    pub(super) struct Thing;
}

#[event(unhandled = "allow")]
enum Never {}

#[event(name = "order paid/~2#?", lane = "pay/ments {x}")]
#[allow(dead_code, reason = "only its declaration is used")]
enum Ended {
    Well,
    Badly { reason: String },
    Both(u8, elsewhere::Thing),
}

/// # Heading
///
/// - list
#[handler(priority = -3, when = |_| true, retry(max = 3), timeout = "1s", emits(Second))]
fn see(_: &Ended) {}

#[event(name = "second")]
struct Second;

#[handler]
fn see_second(_: &Second) {}

/// The output of the command for this program.
fn written(options: &[&str]) -> String {
    let mut command = Command::new(cargo_bin!("cargo-events"));
    command.env_remove("CLICOLOR_FORCE").arg("asyncapi").arg(std::env::current_exe().unwrap()).args(options);
    let output = command.assert().success().get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

fn own() -> Value {
    serde_json::from_str(&written(&[])).unwrap()
}

/// The official schema, if it is available.
fn official() -> Option<jsonschema::Validator> {
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../asyncapi/package/schemas/3.0.0.json");
    let path = std::env::var_os("ASYNCAPI_SCHEMA").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there; `ci/asyncapi` fetches it", path.display());
        return None;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    Some(jsonschema::draft7::new(&schema).unwrap())
}

fn assert_valid(validator: &jsonschema::Validator, document: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{document:#}: {errors:#?}");
}

/// Asserts that every reference has a target.
fn assert_whole(document: &Value) {
    let mut rest = vec![document];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(all) => rest.extend(all),
            Value::Object(all) => {
                let pointer = all.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
                assert!(pointer.is_none_or(|pointer| document.pointer(pointer).is_some()), "{pointer:?}");
                rest.extend(all.values());
            }
            _ => {}
        }
    }
}

#[test]
fn the_document_is_valid_by_the_official_schema() {
    let document = own();
    assert_whole(&document);
    let Some(official) = official() else { return };
    assert_valid(&official, &document);
    // The schema rejects a wrong document.
    let mut wrong = document.clone();
    wrong["operations"]["asyncapi.see"]["action"] = json!("sned");
    assert!(!official.is_valid(&wrong));
    let mut wrong = document;
    wrong["components"]["schemas"]["push"]["type"] = json!("objekt");
    assert!(!official.is_valid(&wrong));
}

#[test]
fn lanes_events_and_handlers_have_their_places() {
    let document = own();
    assert_eq!(document["asyncapi"], "3.0.0");
    let channel = &document["channels"]["pay_ments__x_"];
    assert_eq!(channel["address"], "pay/ments {x}");
    let messages: Vec<&String> = channel["messages"].as_object().unwrap().keys().collect();
    assert_eq!(messages, ["order_paid__1__", "order_paid__2__"]);
    let paid = &document["components"]["messages"]["order_paid__1__"];
    assert_eq!(paid["name"], "order paid/~1#?");
    assert_eq!((&paid["summary"], &paid["description"]), (&json!("Paid."), &json!("Paid.\n\nIn full.")));
    assert_eq!((&paid["x-event-version"], &paid["x-key"]), (&json!(7), &json!("id")));
    assert!(document["channels"]["default"]["messages"]["push"].is_object(), "the example's");
    let see = &document["operations"]["asyncapi.see"];
    assert_eq!((&see["action"], &see["x-priority"]), (&json!("receive"), &json!(-3)));
    assert_eq!(see["channel"]["$ref"], "#/channels/pay_ments__x_");
    let sends = &document["operations"]["asyncapi.see.emits.second"];
    assert_eq!((&sends["action"], &sends["channel"]["$ref"]), (&json!("send"), &json!("#/channels/default")));
    assert_eq!(document["components"]["schemas"]["asyncapi.Never"], json!({ "not": {} }));
    let _ = (events::dispatch(&Second), events::dispatch(&Ended::Well));
}

#[test]
fn payloads_are_as_far_as_types_are_known() {
    let document = own();
    let schema = &document["components"]["schemas"]["order_paid__1__"];
    insta::assert_json_snapshot!(schema);
    insta::assert_json_snapshot!(document["components"]["schemas"]["order_paid__2__"]);
    let push = &document["components"]["schemas"]["push"];
    assert_eq!(push["required"], json!(["ref", "forced", "deleted", "repository"]));
    assert_eq!(push["properties"]["repository"]["x-rust-type"], "Repository");
}

#[test]
fn title_and_version_are_the_programs_or_those_given() {
    let document = own();
    assert!(document["info"]["title"].as_str().unwrap().starts_with("asyncapi-"), "{}", document["info"]);
    let text = written(&["--title", "Shop", "--api-version", "1.2.3"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["info"], json!({ "title": "Shop", "version": "1.2.3" }));
}

#[test]
fn yaml_has_the_same_contents() {
    let yaml = written(&["--format", "yaml"]);
    assert!(!yaml.trim_start().starts_with('{'));
    let read: Value = serde_saphyr::from_str(&yaml).unwrap();
    assert_eq!(read, own());
}

fn any_event() -> impl Strategy<Value = Event> {
    let any_text = || prop_oneof![".{0,12}", "[a-z:<>()\\[\\];,&']{0,16}", "(Vec|Option|Box)<(u8|String|X)>"];
    let serde = || {
        prop::collection::vec(
            prop_oneof![
                any_text(),
                "(rename|alias|tag|content|default|untagged|flatten|rename_all|other)( = \"[ -~]{0,6}\")?"
            ],
            0..3,
        )
    };
    let field =
        (prop_oneof!["[A-C](\\.[a0])?", ".{0,5}"], proptest::option::of(any_text()), serde(), serde());
    let shape = prop::sample::select(&[Shape::Struct, Shape::Tuple, Shape::Unit, Shape::Enum][..]);
    (
        any_text(),
        any_text(),
        shape,
        serde(),
        prop::collection::vec(field, 0..6),
        proptest::option::of(any_text()),
    )
        .prop_map(|(name, path, shape, serde, fields, lane)| {
            let mut event = Event::default();
            (event.name, event.shape, event.serde, event.lane) = (name, shape, serde, lane.clone());
            event.docs = lane;
            event.fields.extend(fields.into_iter().map(|(name, ty, serde, variant_serde)| {
                let mut field = Field::default();
                (field.name, field.ty, field.serde, field.variant_serde) = (name, ty, serde, variant_serde);
                field
            }));
            let mut handler = Handler::default();
            (handler.path, handler.condition) = (path.clone(), Some(path.clone()));
            event.handlers = vec![handler];
            event.path = path;
            event
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn documents_of_any_program_are_whole_and_valid(events in prop::collection::vec(any_event(), 0..5)) {
        thread_local! {
            static OFFICIAL: Option<jsonschema::Validator> = official();
        }
        let mut program = Program::default();
        program.events = events;
        let document = document(&program, &Info { title: String::new(), version: "~".to_owned() });
        assert_whole(&document);
        OFFICIAL.with(|official| official.iter().for_each(|official| assert_valid(official, &document)));
        let yaml: Value = serde_saphyr::from_str(&serde_saphyr::to_string(&document).unwrap()).unwrap();
        prop_assert_eq!(yaml, document);
    }
}
