//! What events and handlers may be called.

use events::prelude::*;
use events_tests::handled;

mod a {
    use events::prelude::*;

    #[event]
    pub(super) struct Paid;

    #[handler]
    fn ledger(_: &Paid) {}
}

mod b {
    use events::prelude::*;

    #[event]
    pub(super) struct Paid;

    #[handler]
    fn ledger(_: &Paid) {}

    #[handler]
    fn audit(_: &super::a::Paid) {}
}

use a::Paid as PaidOfA;
use b::Paid;

#[handler]
fn imported(_: &Paid) {}

#[handler]
fn renamed(_: &PaidOfA) {}

#[handler]
fn by_path(_: &self::a::Paid) {}

#[handler]
fn by_crate_path(_: &crate::names::a::Paid) {}

#[test]
fn events_of_one_name_keep_their_handlers_apart() {
    assert_eq!(handled(&PaidOfA), 5);
    assert_eq!(handled(&Paid), 2);
}

#[event(key = r#type)]
#[allow(non_camel_case_types)]
struct r#match {
    r#type: u8,
    r#fn: u8,
}

#[handler(when = |event| event.r#type == event.r#fn)]
fn r#loop(event: &r#match) {
    assert_eq!(event.r#type, event.r#fn);
}

#[handlers]
mod r#mod {
    use super::*;

    #[handler]
    fn r#while(_: &r#match) {}

    #[handler]
    fn r#for(r#in: &r#match) {
        assert_eq!(r#in.r#type, 3);
    }
}

#[test]
fn raw_names_are_spoken_of_without_their_prefix() {
    assert_eq!(handled(&r#match { r#type: 3, r#fn: 3 }), 3);
    assert_eq!(r#match::META.path, "hostile::names::match");
    assert_eq!(r#match::META.key, Some("type"));
    assert_eq!(r#match::META.fields[1].name, "fn");
    let paths: Vec<_> = events::registry()
        .handlers()
        .filter(|handler| handler.event.path == r#match::META.path)
        .map(|handler| handler.path)
        .collect();
    assert!(paths.contains(&"hostile::names::loop"), "{paths:?}");
}

/// An argument, a function and a type of the names that generated code is full of.
#[event]
struct Named {
    event: u8,
    cx: u8,
}

#[handler(when = |cx| cx.cx == cx.event)]
fn handler_of_named(cx: &Named, event: &Context) {
    assert_eq!(u32::from(cx.event), event.attempt());
}

#[handler]
fn event(event: &Named) {
    assert_eq!(event.event, 1);
}

#[handler]
fn cx(_: &Named, cx: &Context) {
    assert_eq!(cx.attempt(), 1);
}

#[handler]
fn output(_: &Named) -> Result<(), String> {
    Ok(())
}

#[test]
fn names_of_generated_code_are_free() {
    assert_eq!(handled(&Named { event: 1, cx: 1 }), 4);
}
