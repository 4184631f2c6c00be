//! Where events and handlers may stand.

use events::prelude::*;
use events_tests::{emit_with, handled, now};

#[handler]
fn above(_: &Declared) {}

#[event]
struct Declared;

#[handler]
fn below(_: &Declared) {}

mod inner {
    use events::prelude::*;

    #[handler]
    fn further_in(_: &super::Declared) {}

    #[event]
    pub(in crate::placement) struct Inner;

    #[event]
    pub struct Public;

    #[event]
    pub(crate) struct OfCrate;
}

#[handler]
fn further_out(_: &inner::Inner) {}

#[handler]
fn of_public(_: &inner::Public) {}

#[handler]
fn of_crate(_: &inner::OfCrate) {}

#[test]
fn order_and_module_do_not_matter() {
    assert_eq!(handled(&Declared), 3);
    assert_eq!(handled(&inner::Inner), 1);
    assert_eq!(handled(&inner::Public), 1);
    assert_eq!(handled(&inner::OfCrate), 1);
}

#[test]
fn two_function_bodies_hold_events_and_handlers_of_one_name() {
    fn first() -> u32 {
        #[event]
        struct Local;

        #[handler]
        fn see(_: &Local) {}

        handled(&Local)
    }

    fn second() -> u32 {
        #[handler]
        fn see(_: &Local) {}

        #[event]
        struct Local;

        #[handler]
        fn see_too(_: &Local) {}

        #[handler]
        fn from_outside(_: &Declared2) {}

        handled(&Local)
    }

    assert_eq!(first(), 1);
    assert_eq!(second(), 2);
    assert_eq!(handled(&Declared2), 1);
}

#[event]
struct Declared2;

#[event(async)]
struct Sent;

struct Counter;

#[handlers]
impl Counter {
    #[handler]
    fn count(&self, _: &Declared3, own: State<'_, Self>) {
        let _ = own;
    }

    #[handler(priority = 1)]
    fn count_first(&self, event: &Declared3) -> Result<(), String> {
        self.helper(event);
        Ok(())
    }

    #[handler]
    async fn count_sent(&self, _: &Sent, cx: &Context) {
        std::future::ready(()).await;
        assert_eq!(cx.attempt(), 1);
    }

    #[handler]
    fn without_self(_: &Declared3) {}

    fn helper(&self, _: &Declared3) {}
}

#[event]
struct Declared3;

#[test]
fn methods_handle_with_their_type_as_state() {
    let outcome = emit_with(&Declared3, Counter);
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 3);
    let outcome = emit_with(&Sent, Counter);
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(outcome.ran(), 1);
    // Without a bus there is no state: that is told, not passed over.
    assert!(!now(events::dispatch_async(&Sent)).is_ok());
}
