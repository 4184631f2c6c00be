//! Events and handlers that the user's own macros write.

use events::prelude::*;
use events_tests::handled;

/// The same event at the same place in the source, once in each module.
macro_rules! module_with_event {
    ($module:ident) => {
        mod $module {
            use events::prelude::*;

            #[event(key = id)]
            pub(super) struct Generated {
                pub(super) id: u8,
            }

            #[handler]
            fn see(event: &Generated) {
                assert_eq!(event.id, 3);
            }
        }
    };
}

module_with_event!(first);
module_with_event!(second);

#[handler]
fn of_second(_: &second::Generated) {}

#[test]
fn one_macro_called_twice_makes_two_events() {
    assert_eq!(handled(&first::Generated { id: 3 }), 2);
    assert_eq!(handled(&second::Generated { id: 3 }), 2);
    assert_ne!(first::Generated::META.path, second::Generated::META.path);
}

/// Every part of a handler comes from another fragment.
macro_rules! handlers_of {
    ($($name:ident: $event:ty, $priority:literal, $condition:expr, $argument:ty => $output:ty $body:block;)*) => {$(
        #[handler(priority = $priority, when = $condition)]
        fn $name(event: &$event, argument: $argument) -> $output {
            let _ = (event, argument);
            $body
        }
    )*};
}

#[event]
struct Counted(u8);

handlers_of! {
    one: Counted, 1, |event| event.0 > 0, &Context => () {};
    two: Counted, 2, |event| event.0 > 1, &Context => Result<(), String> { Ok(()) };
    by_path: first::Generated, -1, |_| true, &events::Context => () {};
}

#[test]
fn handlers_are_written_from_fragments() {
    assert_eq!(handled(&Counted(1)), 1);
    assert_eq!(handled(&Counted(2)), 2);
}

/// A path by `$crate`, and names that only the macro knows.
macro_rules! handler_of_own_crate {
    () => {
        const _: () = {
            struct Private;

            #[handler(when = |event| { let cx = event.0; cx > 0 })]
            fn generated(event: &$crate::generated::Counted2, cx: &events::Context) {
                let _ = (Private, event, cx);
            }
        };
    };
}

#[event]
struct Counted2(u8);

handler_of_own_crate!();
handler_of_own_crate!();

#[test]
fn a_macro_names_an_event_by_its_crate() {
    assert_eq!(handled(&Counted2(1)), 2);
}

macro_rules! group {
    ($name:ident, $($handler:ident),*; $event:path) => {
        #[handlers]
        mod $name {
            use super::*;

            $(
                #[handler]
                fn $handler(_: &$event) {}
            )*
        }
    };
}

#[event]
struct Grouped;

group!(generated_group, a, b, c; Grouped);

#[test]
fn a_macro_writes_a_group() {
    assert_eq!(handled(&Grouped), 3);
}
