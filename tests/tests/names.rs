//! Events may be called whatever a type may be called: like a type, a trait or a macro of the standard library, like an item
//! of this crate, or in any script.
#![forbid(unsafe_code)]
#![allow(non_camel_case_types)]

/// Each event with one handler; true if that ran.
macro_rules! named {
    ($($name:ident)*) => {
        $(
            #[::events::event]
            #[derive(::std::default::Default)]
            pub struct $name {
                pub seen: ::core::primitive::u8,
            }
        )*

        #[::events::handlers]
        mod grouped {
            $(
                #[allow(non_snake_case)]
                mod $name {
                    #[::events::handler]
                    fn on(event: &super::super::$name) {
                        ::std::assert_eq!(event.seen, 0);
                    }
                }
            )*

            #[::events::handler]
            fn first(_: &super::Result) {}

            #[::events::handler]
            fn second(_: &super::Result) {}
        }

        fn ran() -> ::std::vec::Vec<(&'static ::core::primitive::str, ::core::primitive::u32)> {
            ::std::vec![$((::std::stringify!($name), {
                let event: $name = ::std::default::Default::default();
                ::events::dispatch(&event).ran()
            })),*]
        }
    };
}

named! {
    Result Option Some Ok Box Vec String Clone Copy Debug Default Drop Error Fn Future Iterator Send Sync
    State Bus Context Event Outcome Entry Row Table Handler Extractor
    vec println panic assert concat env file stringify module_path
    Événement 支払い r#type r#match
}

#[::std::prelude::v1::test]
fn each_event_reaches_its_handler() {
    for (name, ran) in ran() {
        // Of the group there are two more.
        let expected = if name == "Result" { 3 } else { 1 };
        ::std::assert_eq!(ran, expected, "{name}");
    }
}

mod beside_derives {
    use std::fmt;

    /// An event beside the trait and the derive macro of its name.
    #[events::event]
    #[derive(Clone, Debug)]
    pub struct Error {
        pub code: u32,
    }

    impl fmt::Display for Error {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.code)
        }
    }

    impl std::error::Error for Error {}

    #[events::handler]
    fn on(event: &Error) -> Result<(), Error> {
        Err(event.clone())
    }

    #[test]
    fn an_event_may_be_an_error_too() {
        let outcome = events::dispatch(&Error { code: 7 });
        assert_eq!((outcome.ran(), outcome.failures().len()), (1, 1));
    }
}

mod like_primitive_types {
    #[events::event]
    pub struct u64;

    #[events::event(key = 0)]
    pub struct str(pub ::core::primitive::u8);

    #[events::handlers]
    mod grouped {
        #[events::handler]
        fn first(_: &super::u64) {}

        #[events::handler]
        fn second(_: &super::u64) {}
    }

    #[events::handler(retry(max = 3), timeout = "1s")]
    fn on(_: &str) {}

    #[test]
    fn events_go_by_the_names_of_primitive_types() {
        assert_eq!(events::dispatch(&u64).ran(), 2);
        assert_eq!(events::dispatch(&str(7)).ran(), 1);
    }
}
