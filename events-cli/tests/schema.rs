//! Compares what `diff` and `asyncapi` report about payloads with what serde does.
//!
//! Each case has an old and a new declaration of an event, and values of both. The verdict from the binary must agree
//! with serde when one reads what the other wrote.

use std::collections::{BTreeMap, HashMap};

use events_cli::commands::asyncapi::{self, Info};
use events_cli::commands::diff::{self, Compatibility};
use events_cli::model::{Event, Program};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads an event of this program.
fn read_event(path: &str) -> Event {
    let program = events_cli::binary::read(&std::env::current_exe().unwrap()).unwrap();
    let path = format!("schema::{path}");
    program.events.into_iter().find(|event| event.path == path).unwrap_or_else(|| panic!("no event {path}"))
}

fn program(event: Event) -> Program {
    let mut program = Program::default();
    program.events = vec![event];
    program
}

fn written(values: &[impl Serialize]) -> Vec<Value> {
    // Converted through text, as between two processes.
    let text = |value| serde_json::to_string(value).unwrap();
    values.iter().map(|value| serde_json::from_str(&text(value)).unwrap()).collect()
}

fn reads<T: DeserializeOwned>(written: &[Value]) -> Result<(), String> {
    let one = |value: &Value| serde_json::from_value::<T>(value.clone()).map(drop);
    written.iter().try_for_each(|value| one(value).map_err(|error| format!("{value}: {error}")))
}

/// Asserts that the payloads are valid by the document.
fn described(event: &Event, written: &[Value]) {
    let info = Info { title: "test".to_owned(), version: "1".to_owned() };
    let document = asyncapi::document(&program(event.clone()), &info);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let schema = schemas.values().next().unwrap();
    let validator = jsonschema::draft7::new(schema).unwrap();
    for value in written {
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {value} is no {schema:#}: {errors:?}", event.path);
    }
}

fn judge(
    name: &str,
    expected: Compatibility,
    (old, new): (&[Value], &[Value]),
    (backward, forward): (Result<(), String>, Result<(), String>),
) {
    let (mut before, after) =
        (read_event(&format!("{name}::old::Told")), read_event(&format!("{name}::new::Told")));
    described(&before, old);
    described(&after, new);
    before.name.clone_from(&after.name);
    before.path.clone_from(&after.path);
    let diff = diff::compare(&program(before.clone()), &program(after.clone()));
    assert_eq!(diff.compatibility, expected, "{name}: {diff:#?}");
    let reversed = diff::compare(&program(after), &program(before));
    let swapped = match expected {
        Compatibility::Backward => Compatibility::Forward,
        Compatibility::Forward => Compatibility::Backward,
        same => same,
    };
    assert_eq!(reversed.compatibility, swapped, "{name} reversed: {reversed:#?}");
    let is_backward = matches!(expected, Compatibility::Backward | Compatibility::Full);
    let is_forward = matches!(expected, Compatibility::Forward | Compatibility::Full);
    assert_eq!(backward.is_ok(), is_backward, "{name}, what serde does with old payloads: {backward:?}");
    assert_eq!(forward.is_ok(), is_forward, "{name}, what serde does with new payloads: {forward:?}");
}

macro_rules! cases {
    ($($name:ident: $expected:ident
        { $($old:tt)* } [$($old_value:expr),* $(,)?]
        { $($new:tt)* } [$($new_value:expr),* $(,)?])*) => {
        $(
            mod $name {
                #![allow(dead_code, unused_imports)]

                pub(super) mod old {
                    use super::super::*;

                    #[events::event(unhandled = "allow")]
                    #[derive(serde::Serialize, serde::Deserialize)]
                    $($old)*

                    pub(crate) fn values() -> Vec<Told> {
                        vec![$($old_value),*]
                    }
                }

                pub(super) mod new {
                    use super::super::*;

                    #[events::event(unhandled = "allow")]
                    #[derive(serde::Serialize, serde::Deserialize)]
                    $($new)*

                    pub(crate) fn values() -> Vec<Told> {
                        vec![$($new_value),*]
                    }
                }
            }

            #[test]
            fn $name() {
                let (old, new) = (written(&self::$name::old::values()), written(&self::$name::new::values()));
                let forward = reads::<self::$name::old::Told>(&new);
                let backward = reads::<self::$name::new::Told>(&old);
                judge(stringify!($name), Compatibility::$expected, (&old, &new), (backward, forward));
            }
        )*
    };
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

cases! {
    a_field_without_default_comes: Forward
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: u8, b: u8 } } [Told { a: 1, b: 2 }]

    a_field_with_default_comes: Full
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: u8, #[serde(default)] b: Vec<u8> } } [Told { a: 1, b: vec![2] }]

    an_option_comes: Full
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: u8, b: Option<String> } } [Told { a: 1, b: None }, Told { a: 1, b: Some("x".into()) }]

    a_field_that_is_needed_goes: Backward
        { pub(crate) struct Told { a: u8, b: String } } [Told { a: 1, b: String::new() }]
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]

    all_fields_have_a_default: Full
        { #[serde(default)] #[derive(Default)] pub(crate) struct Told { a: u8, b: u8 } } [Told { a: 1, b: 2 }]
        { #[serde(default)] #[derive(Default)] pub(crate) struct Told { c: u8 } } [Told { c: 1 }]

    a_field_is_renamed: None
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { b: u8 } } [Told { b: 1 }]

    a_field_is_renamed_in_source_alone: Full
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { #[serde(rename = "a")] b: u8 } } [Told { b: 1 }]

    a_renamed_field_is_read_by_both_names: Backward
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { #[serde(alias = "a")] b: u8 } } [Told { b: 1 }]

    it_is_still_written_by_the_old_name: Full
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { #[serde(rename(serialize = "a", deserialize = "b"), alias = "a")] b: u8 } }
        [Told { b: 1 }]

    all_names_are_in_another_case: None
        { pub(crate) struct Told { order_id: u8 } } [Told { order_id: 1 }]
        { #[serde(rename_all = "camelCase")] pub(crate) struct Told { order_id: u8 } } [Told { order_id: 1 }]

    two_cases_of_one_name: Full
        { #[serde(rename_all = "kebab-case")] pub(crate) struct Told { order_id: u8 } } [Told { order_id: 1 }]
        { pub(crate) struct Told { #[serde(rename = "order-id")] order_id: u8 } } [Told { order_id: 1 }]

    a_number_grows: Backward
        { pub(crate) struct Told { a: u8 } } [Told { a: u8::MAX }]
        { pub(crate) struct Told { a: u32 } } [Told { a: u32::MAX }]

    a_number_may_be_negative: Backward
        { pub(crate) struct Told { a: u32 } } [Told { a: u32::MAX }]
        { pub(crate) struct Told { a: i64 } } [Told { a: -1 }]

    a_number_of_one_width_may_be_negative: None
        { pub(crate) struct Told { a: u64 } } [Told { a: u64::MAX }]
        { pub(crate) struct Told { a: i64 } } [Told { a: -1 }]

    a_number_becomes_a_float: Backward
        { pub(crate) struct Told { a: i32 } } [Told { a: -7 }]
        { pub(crate) struct Told { a: f64 } } [Told { a: 0.5 }]

    a_number_is_never_zero: Forward
        { pub(crate) struct Told { a: u16 } } [Told { a: 0 }]
        { pub(crate) struct Told { a: std::num::NonZeroU16 } } [Told { a: std::num::NonZeroU16::MAX }]

    a_number_becomes_a_text: None
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: String } } [Told { a: "1".into() }]

    a_character_becomes_a_text: Backward
        { pub(crate) struct Told { a: char } } [Told { a: 'ü' }]
        { pub(crate) struct Told { a: String } } [Told { a: "two".into() }]

    a_value_becomes_optional: Backward
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: Option<u8> } } [Told { a: Some(1) }, Told { a: None }]

    a_value_may_be_left_out: Backward
        { pub(crate) struct Told { a: u8 } } [Told { a: 0 }]
        { pub(crate) struct Told { #[serde(default, skip_serializing_if = "is_zero")] a: u8 } } [Told { a: 0 }]

    a_value_is_boxed: Full
        { pub(crate) struct Told { a: String, b: Vec<u8> } } [Told { a: "x".into(), b: vec![1] }]
        { pub(crate) struct Told { a: Box<str>, b: std::collections::VecDeque<u8> } }
        [Told { a: "x".into(), b: [1].into() }]

    a_list_of_three_becomes_any_list: Backward
        { pub(crate) struct Told { a: [u8; 3] } } [Told { a: [1, 2, 3] }]
        { pub(crate) struct Told { a: Vec<u16> } } [Told { a: vec![1, 2, 3, 1000] }]

    a_tuple_becomes_a_list: Backward
        { pub(crate) struct Told { a: (u8, u8) } } [Told { a: (1, 2) }]
        { pub(crate) struct Told { a: Vec<u8> } } [Told { a: vec![1, 2, 3] }]

    values_of_a_map_grow: Backward
        { pub(crate) struct Told { a: HashMap<String, u8> } } [Told { a: HashMap::from([("k".to_owned(), 1)]) }]
        { pub(crate) struct Told { a: BTreeMap<String, u64> } } [Told { a: BTreeMap::from([("k".to_owned(), u64::MAX)]) }]

    keys_of_a_map_are_numbers: None
        { pub(crate) struct Told { a: BTreeMap<u8, u8> } } [Told { a: BTreeMap::from([(1, 1)]) }]
        { pub(crate) struct Told { a: BTreeMap<bool, u8> } } [Told { a: BTreeMap::from([(true, 1)]) }]

    a_time: None
        { pub(crate) struct Told { a: std::time::Duration } } [Told { a: std::time::Duration::MAX }]
        { pub(crate) struct Told { a: std::time::SystemTime } } [Told { a: std::time::SystemTime::UNIX_EPOCH }]

    fields_that_are_not_known_are_denied: Backward
        { #[serde(deny_unknown_fields)] pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: u8, b: Option<u8> } } [Told { a: 1, b: None }]

    a_field_is_skipped: Backward
        { pub(crate) struct Told { a: u8, b: u8 } } [Told { a: 1, b: 1 }]
        { pub(crate) struct Told { a: u8, #[serde(skip)] b: u8 } } [Told { a: 1, b: 1 }]

    fields_change_places: Full
        { pub(crate) struct Told { a: u8, b: String } } [Told { a: 1, b: String::new() }]
        { pub(crate) struct Told { b: String, a: u8 } } [Told { a: 1, b: String::new() }]

    places_of_a_tuple_struct_change: None
        { pub(crate) struct Told(u8, String); } [Told(1, String::new())]
        { pub(crate) struct Told(String, u8); } [Told(String::new(), 1)]

    a_tuple_struct_grows: None
        { pub(crate) struct Told(u8, u8); } [Told(1, 2)]
        { pub(crate) struct Told(u8, u8, u8); } [Told(1, 2, 3)]

    a_tuple_struct_grows_by_a_default: Backward
        { pub(crate) struct Told(u8, u8); } [Told(1, 2)]
        { pub(crate) struct Told(u8, u8, #[serde(default)] u8); } [Told(1, 2, 3)]

    one_value_alone_is_not_wrapped: Backward
        { pub(crate) struct Told(u8); } [Told(1)]
        { #[serde(transparent)] pub(crate) struct Told { inner: u16 } } [Told { inner: 1000 }]

    nothing_becomes_something: None
        { pub(crate) struct Told; } [Told]
        { pub(crate) struct Told { a: Option<u8> } } [Told { a: None }]

    a_variant_comes: Backward
        { pub(crate) enum Told { A, B(u8) } } [Told::A, Told::B(1)]
        { pub(crate) enum Told { A, B(u16), C { c: String } } } [Told::A, Told::B(1000), Told::C { c: "c".into() }]

    a_variant_goes: Forward
        { pub(crate) enum Told { A, B } } [Told::A, Told::B]
        { pub(crate) enum Told { A } } [Told::A]

    a_field_of_a_variant_comes: Forward
        { pub(crate) enum Told { A { a: u8 } } } [Told::A { a: 1 }]
        { pub(crate) enum Told { A { a: u8, b: u8 } } } [Told::A { a: 1, b: 2 }]

    a_variant_is_renamed_in_source_alone: Full
        { pub(crate) enum Told { Old { a: u8 }, Unit } } [Told::Old { a: 1 }, Told::Unit]
        { pub(crate) enum Told { #[serde(rename = "Old")] New { a: u8 }, #[serde(alias = "x")] Unit } }
        [Told::New { a: 1 }, Told::Unit]

    names_of_variants_and_their_fields: Full
        { #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
          pub(crate) enum Told { PaidInFull { order_id: u8 }, NotPaid } }
        [Told::PaidInFull { order_id: 1 }, Told::NotPaid]
        { pub(crate) enum Told {
            #[serde(rename = "paid_in_full", rename_all = "camelCase")] Full { order_id: u8 },
            #[serde(rename = "not_paid")] Not } }
        [Told::Full { order_id: 1 }, Told::Not]

    a_variant_gets_a_content: None
        { pub(crate) enum Told { A } } [Told::A]
        { pub(crate) enum Told { A(u8) } } [Told::A(1)]

    a_tag_inside: None
        { pub(crate) enum Told { A { a: u8 } } } [Told::A { a: 1 }]
        { #[serde(tag = "kind")] pub(crate) enum Told { A { a: u8 } } } [Told::A { a: 1 }]

    a_tag_inside_with_another_variant: Backward
        { #[serde(tag = "kind")] pub(crate) enum Told { A { a: u8 }, B } } [Told::A { a: 1 }, Told::B]
        { #[serde(tag = "kind")] pub(crate) enum Told { A { a: u8 }, B, C { c: u8 } } }
        [Told::A { a: 1 }, Told::B, Told::C { c: 1 }]

    others_are_taken_as_one: Full
        { #[serde(tag = "kind")] pub(crate) enum Told { A { a: u8 }, #[serde(other)] Other } } [Told::A { a: 1 }, Told::Other]
        { #[serde(tag = "kind")] pub(crate) enum Told { A { a: u8 }, C { c: u8 }, #[serde(other)] Other } }
        [Told::A { a: 1 }, Told::C { c: 1 }, Told::Other]

    a_tag_beside: Backward
        { #[serde(tag = "t", content = "c")] pub(crate) enum Told { A(u8), B } } [Told::A(1), Told::B]
        { #[serde(tag = "t", content = "c")] pub(crate) enum Told { A(u8), B, C { x: (u8, String) } } }
        [Told::A(1), Told::B, Told::C { x: (1, "x".into()) }]

    no_tag_at_all: Backward
        { #[serde(untagged)] pub(crate) enum Told { A(u8), B { b: String } } } [Told::A(1), Told::B { b: "b".into() }]
        { #[serde(untagged)] pub(crate) enum Told { Number(u16), Text { b: String }, Flag(bool) } }
        [Told::Number(1000), Told::Text { b: "b".into() }, Told::Flag(true)]

    a_tag_on_a_struct: Full
        { #[serde(tag = "kind")] pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]

    other_fields_are_kept: Full
        { pub(crate) struct Told { a: u8, #[serde(flatten)] rest: BTreeMap<String, u8> } }
        [Told { a: 1, rest: BTreeMap::from([("x".to_owned(), 7)]) }]
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]

    through_another_type: None
        { pub(crate) struct Told { a: u8 } } [Told { a: 1 }]
        { #[serde(from = "u8", into = "u8")] #[derive(Clone)] pub(crate) struct Told { a: u8 }
          impl From<u8> for Told { fn from(_: u8) -> Self { Self { a: 0 } } }
          impl From<Told> for u8 { fn from(told: Told) -> u8 { told.a } } }
        [Told { a: 1 }]

    raw_names: Full
        { pub(crate) struct Told { r#type: u8, r#ref: Option<u8> } } [Told { r#type: 1, r#ref: None }]
        { pub(crate) struct Told { #[serde(rename = "type")] kind: u8 } } [Told { kind: 1 }]
}
