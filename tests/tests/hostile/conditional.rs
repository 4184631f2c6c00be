//! What `cfg` leaves out leaves no trace, what it keeps is whole.

use events::prelude::*;
use events_tests::{handled, now};

#[event(key = kept)]
struct Halved {
    kept: u8,
    #[cfg(any())]
    dropped: Missing,
    #[cfg(all())]
    kept_too: u8,
}

#[event]
enum Variants {
    #[cfg(any())]
    Dropped(Missing),
    #[cfg(all())]
    Kept {
        #[cfg(any())]
        dropped: Missing,
        #[cfg(all())]
        kept: u8,
    },
}

#[cfg(any())]
#[event]
struct DroppedAbove {
    field: Missing,
}

#[event]
#[cfg(any())]
struct DroppedBelow {
    field: Missing,
}

#[cfg(any())]
#[handler]
fn dropped_above(_: &Missing) {}

#[handler]
#[cfg(any())]
fn dropped_below(_: &Missing) {}

#[handler]
#[cfg(all())]
#[cfg(not(any()))]
fn kept(event: &Halved) {
    assert!(event.kept < event.kept_too);
}

#[handler]
#[cfg_attr(all(), inline)]
fn kept_variant(event: &Variants) {
    let Variants::Kept { kept } = event;
    assert_eq!(*kept, 1);
}

#[handlers]
mod group {
    use super::*;

    #[handler]
    #[cfg(any())]
    fn a_dropped(_: &Halved) {}

    #[handler]
    fn b_kept(_: &Halved, cx: &Context) {
        assert_eq!(cx.attempt(), 1);
    }

    #[cfg(any())]
    #[handler]
    fn c_dropped(_: &Halved, missing: Missing) {}

    #[handler]
    #[cfg(all())]
    fn d_kept(_: &Halved) {}

    #[handler(retry(max = 1))]
    #[cfg(any())]
    fn e_dropped(_: &Halved, missing: Missing) {}

    #[handler(batch, retry(max = 1))]
    #[cfg(all())]
    fn f_kept(events: &[Halved]) {
        assert_eq!(events.len(), 1);
    }

    #[handler]
    #[cfg(any())]
    fn of_a_missing_event(_: &Missing) {}
}

#[event(async)]
struct Sent;

#[handlers]
mod async_group {
    use super::*;

    #[handler]
    #[cfg(any())]
    async fn a_dropped(_: &Sent, missing: Missing) {}

    #[handler]
    #[cfg(all())]
    async fn b_kept(_: &Sent, cx: &Context) {
        std::future::ready(()).await;
        assert_eq!(cx.attempt(), 1);
    }

    #[handler]
    fn c_kept(_: &Sent) {}
}

#[handlers]
#[cfg(any())]
mod dropped_group {
    #[handler]
    fn dropped(_: &Missing) {}
}

#[cfg(any())]
struct Missing;

struct Methods;

#[handlers]
#[cfg(any())]
impl Missing {
    #[handler]
    fn dropped(&self, _: &Missing) {}
}

#[handlers]
#[cfg(all())]
impl Methods {
    #[handler]
    #[cfg(any())]
    fn dropped(&self, _: &Missing) {}

    #[handler]
    fn kept(_: &Halved) {}
}

#[test]
fn what_is_kept_runs_and_is_told_of() {
    let _ = Methods;
    assert_eq!(handled(&Halved { kept: 1, kept_too: 2 }), 5);
    assert_eq!(handled(&Variants::Kept { kept: 1 }), 1);
    assert_eq!(now(events::dispatch_async(&Sent)).ran(), 2);
    let fields: Vec<_> = Halved::META.fields.iter().map(|field| field.name).collect();
    assert_eq!(fields, ["kept", "kept_too"]);
    let fields: Vec<_> = Variants::META.fields.iter().map(|field| field.name).collect();
    assert_eq!(fields, ["Kept.kept"]);
}
