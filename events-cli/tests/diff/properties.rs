use events_cli::commands::diff::{Compatibility, Diff, Require, compare};
use events_cli::model::{Event, Field, Handler, Location, Program, Shape};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn text(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(of).prop_map(str::to_owned)
}

const TYPES: &[&str] = &[
    "u8",
    "i64",
    "f32",
    "String",
    "char",
    "Option<u8>",
    "Vec<u8>",
    "[u8; 2]",
    "(u8, u16)",
    "HashMap<String, u8>",
    "Money",
    "shop::Money",
    "Box<Vec<Option<u16>>>",
    "Duration",
    "Vec<",
    "&&&",
    "",
];

const ATTRIBUTES: &[&str] = &[
    "default",
    "rename = \"a\"",
    "rename = \"z\"",
    "alias = \"b\"",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if = \"x\"",
    "with = \"m\"",
    "flatten",
    "other",
    "rename(serialize = \"a\", deserialize = \"b\")",
    "rename(",
    "\"",
    "untagged",
];

const CONTAINERS: &[&str] = &[
    "default",
    "rename_all = \"camelCase\"",
    "deny_unknown_fields",
    "tag = \"t\"",
    "tag = \"t\", content = \"c\"",
    "untagged",
    "transparent",
    "into = \"u8\"",
    "from = \"u16\"",
    "rename_all_fields = \"UPPERCASE\"",
];

fn field() -> impl Strategy<Value = Field> {
    let names = text(&["a", "b", "c_d", "0", "1", "V", "V.a", "V.b", "V.0", "W.0", "W.1", "X"]);
    (names, option::weighted(0.9, text(TYPES)), vec(text(ATTRIBUTES), 0..3), vec(text(ATTRIBUTES), 0..2))
        .prop_map(|(name, ty, serde, variant_serde)| {
            let mut field = Field::default();
            (field.name, field.ty, field.serde, field.variant_serde) = (name, ty, serde, variant_serde);
            field
        })
}

fn handler() -> impl Strategy<Value = Handler> {
    (text(&["s::a", "s::b", "s::c", "s::d", "s::e"]), -1..2, option::of(text(&["1s", "2s"])), 0..3u32)
        .prop_map(|(path, priority, timeout, line)| {
            let mut handler = Handler::default();
            (handler.path, handler.priority, handler.timeout) = (path, priority, timeout);
            handler.location = Location { file: "h.rs".to_owned(), line, column: 1 };
            handler
        })
}

fn event() -> impl Strategy<Value = Event> {
    let shape = select(&[Shape::Struct, Shape::Tuple, Shape::Unit, Shape::Enum][..]);
    let names = (text(&["a", "b", "c", "d"]), text(&["s::A", "s::B", "s::C"]), 0..3u32);
    let rest = (shape, vec(text(CONTAINERS), 0..2), option::of(text(&["x", "y"])));
    (names, rest, vec(field(), 0..5), vec(handler(), 0..5)).prop_map(
        |((name, path, line), (shape, serde, lane), fields, handlers)| {
            let mut event = Event::default();
            (event.name, event.path, event.shape, event.serde, event.lane) = (name, path, shape, serde, lane);
            (event.fields, event.handlers) = (fields, handlers);
            event.location = Location { file: "e.rs".to_owned(), line, column: 1 };
            event
        },
    )
}

fn program() -> impl Strategy<Value = Program> {
    (vec(event(), 0..5), vec(handler(), 0..2)).prop_map(|(events, elsewhere)| {
        let mut program = Program::default();
        (program.events, program.elsewhere) = (events, elsewhere);
        program
    })
}

/// A program, and a changed version of it.
fn programs() -> impl Strategy<Value = (Program, Program)> {
    let changed = (program(), program(), any::<u64>()).prop_map(|(old, other, which)| {
        let mut new = old.clone();
        for (at, event) in new.events.iter_mut().enumerate() {
            let Some(from) = other.events.get(at) else { continue };
            match (which >> (3 * at)) & 7 {
                0 => event.fields.clone_from(&from.fields),
                1 => event.fields.extend(from.fields.first().cloned()),
                2 => event.serde.clone_from(&from.serde),
                3 => event.handlers.clone_from(&from.handlers),
                4 => event.fields.reverse(),
                5 => event.name.clone_from(&from.name),
                6 => event.handlers.reverse(),
                _ => {}
            }
        }
        (old, new)
    });
    prop_oneof![3 => changed, 1 => (program(), program())]
}

fn swapped(compatibility: Compatibility) -> Compatibility {
    match compatibility {
        Compatibility::Backward => Compatibility::Forward,
        Compatibility::Forward => Compatibility::Backward,
        same => same,
    }
}

/// The verdicts, in an order that is the same for both directions.
fn verdicts(diff: &Diff, of: impl Fn(Compatibility) -> Compatibility) -> Vec<String> {
    let mut all: Vec<String> = diff.changed.iter().map(|event| of(event.compatibility).to_string()).collect();
    all.sort();
    all
}

fn handlers(diff: &Diff) -> (usize, usize, usize) {
    let each = || diff.changed.iter().map(|event| &event.handlers).chain([&diff.elsewhere]);
    (
        each().map(|handlers| handlers.added.len()).sum(),
        each().map(|handlers| handlers.removed.len()).sum(),
        each().map(|handlers| handlers.changed.len()).sum(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_program_does_not_differ_from_itself(program in program()) {
        let diff = compare(&program, &program);
        prop_assert!(diff.is_empty(), "{diff:#?}");
        prop_assert_eq!(diff.compatibility, Compatibility::Full);
    }

    #[test]
    fn backward_is_forward_in_the_other_direction((old, new) in programs()) {
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(verdicts(&there, swapped), verdicts(&back, |same| same));
        prop_assert_eq!(swapped(there.compatibility), back.compatibility);
        prop_assert_eq!((there.added.len(), there.removed.len()), (back.removed.len(), back.added.len()));
        let ((added, removed, changed), others) = (handlers(&there), handlers(&back));
        prop_assert_eq!((removed, added, changed), others);
    }

    #[test]
    fn each_verdict_has_its_reasons((old, new) in programs()) {
        for event in compare(&old, &new).changed {
            let has_reason = |direction: &str| {
                event.reasons.iter().any(|reason| format!("{:?}", reason.breaks).eq_ignore_ascii_case(direction))
            };
            prop_assert_eq!(!has_reason("backward"), event.compatibility.meets(Require::Backward), "{:#?}", event);
            prop_assert_eq!(!has_reason("forward"), event.compatibility.meets(Require::Forward), "{:#?}", event);
            let fields = event.changes.iter().any(|change| {
                change.what.starts_with("field ") || matches!(change.what.as_str(), "serde" | "declared as" | "name")
            });
            prop_assert!(fields || event.compatibility == Compatibility::Full || event.changes.iter().any(|change| change.what == "order of fields"));
        }
    }

    #[test]
    fn without_the_moved_ones_the_order_is_the_old_one(order in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle()) {
        let handler = |number: usize| {
            let mut handler = Handler::default();
            handler.path = format!("s::{number}");
            handler
        };
        let of = |order: &[usize]| {
            let mut event = Event::default();
            event.handlers = order.iter().copied().map(handler).collect();
            let mut program = Program::default();
            program.events = vec![event];
            program
        };
        let diff = compare(&of(&(0..8).collect::<Vec<_>>()), &of(&order));
        let moved: Vec<String> = diff.changed.iter().flat_map(|event| &event.handlers.reordered).map(|moved| moved.path.clone()).collect();
        let rest: Vec<usize> = order.iter().copied().filter(|number| !moved.contains(&format!("s::{number}"))).collect();
        prop_assert!(rest.is_sorted(), "{order:?}: {moved:?}");
        prop_assert_eq!(moved.is_empty(), order.is_sorted());
    }
}
