//! Has a crate of its own that is called `events`, and does not say where ours is.

fn main() {}

#[cfg(event)]
#[ev::event]
struct Paid;

#[cfg(handler)]
mod handler {
    #[ev::event(crate = ev)]
    struct Paid;

    #[ev::handler]
    fn on(_: &Paid) {}
}

#[cfg(handlers)]
mod handlers {
    #[ev::event(crate = ev)]
    struct Paid;

    #[ev::handlers]
    mod group {
        #[ev::handler]
        fn first(_: &super::Paid) {}

        #[ev::handler]
        fn second(_: &super::Paid) {}
    }
}
