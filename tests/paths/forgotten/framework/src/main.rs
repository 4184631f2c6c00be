//! Knows `events` through a framework, and does not say so.

fn main() {}

#[cfg(event)]
#[framework::prelude::event]
struct Paid;

#[cfg(handler)]
mod handler {
    #[framework::prelude::event(crate = framework::events)]
    struct Paid;

    #[framework::prelude::handler]
    fn on(_: &Paid) {}
}

#[cfg(handlers)]
mod handlers {
    #[framework::prelude::event(crate = framework::events)]
    struct Paid;

    #[framework::prelude::handlers]
    mod group {
        #[framework::prelude::handler]
        fn first(_: &super::Paid) {}

        #[framework::prelude::handler]
        fn second(_: &super::Paid) {}
    }
}
