//! Structs and enums of every shape, with derives before and behind.

use events::prelude::*;
use events_tests::handled;

#[event]
struct Unit;

#[event]
struct UnitInBraces {}

#[event(key = 1)]
struct Tuple(u8, u16);

#[event(key = id)]
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct Named {
    id: u64,
    texts: Vec<Option<String>>,
    pair: (u8, [u8; 2]),
    next: Option<Box<Self>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[event]
enum Mixed {
    #[default]
    First,
    Second(u8),
}

#[handler]
fn unit(_: &Unit) {}

#[handler]
fn braces(_: &UnitInBraces) {}

#[handler(when = |Tuple(a, b)| *a < 3 && *b > 3)]
fn tuple(&Tuple(a, b): &Tuple) {
    assert!(u16::from(a) < b);
}

#[handler]
fn named(Named { id, texts, .. }: &Named) {
    assert_eq!(usize::try_from(*id), Ok(texts.len()));
}

#[handler(when = is_second)]
fn mixed(_: &Mixed) {}

fn is_second(mixed: &Mixed) -> bool {
    matches!(mixed, Mixed::Second(3))
}

#[test]
fn types_of_every_shape_are_events() {
    assert_eq!(handled(&Unit), 1);
    assert_eq!(handled(&UnitInBraces {}), 1);
    assert_eq!(handled(&Tuple(2, 4)), 1);
    assert_eq!(handled(&Tuple(3, 4)), 0);
    assert_eq!(handled(&Named { id: 1, texts: vec![None], pair: (1, [2, 3]), next: None }.clone()), 1);
    assert_eq!(handled(&Mixed::Second(3)), 1);
    assert_eq!(handled(&Mixed::Second(4)), 0);
    assert_eq!(handled(&Mixed::default()), 0);
    assert_eq!(Mixed::default(), Mixed::First);
}

#[test]
fn metadata_tells_of_every_field() {
    let names =
        |event: &events::event::EventMeta| event.fields.iter().map(|field| field.name).collect::<Vec<_>>();
    assert_eq!(names(Unit::META), [""; 0]);
    assert_eq!(names(Tuple::META), ["0", "1"]);
    assert_eq!(names(Named::META), ["id", "texts", "pair", "next"]);
    assert_eq!(names(Mixed::META), ["First", "Second.0"]);
    assert_eq!(Named::META.fields[1].ty, "Vec<Option<String>>");
    assert_eq!(Tuple::META.key, Some("1"));
}
