// Part of each program: handlers of every form for the events of each definer, and a check that they run.

macro_rules! bus_of {
    ([$($root:tt)*]) => {
        fn bus() -> $($root)*::bus::BusBuilder {
            $($root)*::Bus::builder()
        }
    };
}

macro_rules! handlers_for {
    ([$($root:tt)*] [$($option:tt)*] $definer:ident) => {
        mod $definer {
            use $($root)*::prelude::*;

            pub struct Till;

            #[handler($($option)*)]
            fn alone(paid: &::$definer::Paid, _: &Context) {
                assert_eq!(paid.cents, 990);
            }

            #[handler(batch, $($option)*)]
            fn many(paid: &[::$definer::Paid]) {
                assert_eq!(paid.len(), 1);
            }

            #[handler($($option)*)]
            async fn awaited(_: &::$definer::Sent) {}

            #[handlers($($option)*)]
            mod group {
                use super::*;

                #[handler(when = |paid| paid.cents > 0)]
                fn first(_: &::$definer::Paid) {}

                #[handler(emits(::$definer::Sent))]
                fn second(_: &::$definer::Paid) {}
            }

            #[handlers($($option)*)]
            impl Till {
                #[handler]
                fn method(&self, _: &::$definer::Paid) {}

                #[handler]
                async fn method_awaited(&self, _: &::$definer::Sent) {}
            }
        }
    };
}

/// `root` is where the program finds `events`, `option` what it writes into its attributes.
macro_rules! handlers_of {
    (root = $root:tt, option = $option:tt, $($definer:ident)*) => {
        $(handlers_for! { $root $option $definer })*

        bus_of! { $root }

        fn main() {
            let bus = bus()$(.state($definer::Till))*.build().unwrap_or_else(|error| panic!("{error}"));
            $(
                // The definer's own, and five here.
                let outcome = bus.emit(&::$definer::Paid { cents: 990 });
                assert!(outcome.is_ok(), "{outcome:?}");
                assert_eq!(outcome.ran(), 6, "{}::Paid", stringify!($definer));
                let outcome = at_once(bus.emit_async(&::$definer::Sent));
                assert!(outcome.is_ok(), "{outcome:?}");
                assert_eq!(outcome.ran(), 2, "{}::Sent", stringify!($definer));
                println!("{} handles {}", env!("CARGO_PKG_NAME"), stringify!($definer));
            )*
        }

        /// What a future that never waits comes to.
        fn at_once<F: Future>(future: F) -> F::Output {
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            match std::pin::pin!(future).poll(&mut cx) {
                std::task::Poll::Ready(output) => output,
                std::task::Poll::Pending => panic!("it waits"),
            }
        }
    };
}
