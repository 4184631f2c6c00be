//! Reaches `events` as `ev`, and does not say so: two packages build this, of which one has a crate of its own called `events`.

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
