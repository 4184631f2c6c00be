//! Handlers of all events, alone and in groups, with what others may ask for.
#![deny(warnings)]
#![forbid(unsafe_code)]

use events::AnyEvent;
use events::prelude::*;

#[event]
struct Paid;

struct Log;

mod own {
    pub(super) type Any<'a> = events::AnyEvent<'a>;
}

#[handler(all)]
fn audit(event: &AnyEvent<'_>, _: State<Log>, _: &Context, _: Bus) {
    assert!(event.is::<Paid>());
}

#[handler(all, priority = -1, when = |event| event.is::<Paid>(), emits(Paid))]
fn alias(_: &own::Any<'_>) -> Result<(), String> {
    Ok(())
}

#[handlers]
mod group {
    use events::AnyEvent;
    use events::prelude::*;

    #[handler(all)]
    fn qualified(_: &events::AnyEvent<'_>) {}

    #[handler]
    pub(super) fn beside(_: &super::Paid) {}

    #[cfg(any())]
    #[handler(all)]
    fn absent(_: &AnyEvent<'_>) {}

    #[allow(unused_imports)]
    use AnyEvent as _;
}

#[handlers]
impl Log {
    #[handler(all)]
    fn method(&self, _: &AnyEvent<'_>) {}
}

fn main() {
    fn local() {
        #[handler(all)]
        fn inside(_: &AnyEvent<'_>) {}
    }
    local();
    let observers: Vec<_> = events::registry().observers().map(|handler| handler.path).collect();
    assert_eq!(observers.len(), 5, "{observers:?}");
    let bus = Bus::builder().state(Log).build().unwrap();
    let outcome = bus.emit(&Paid);
    assert!(outcome.is_ok() && outcome.ran() == 1);
}
