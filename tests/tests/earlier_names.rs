//! Programs that were written against earlier names compile as before, without a warning.
#![deny(warnings)]

use std::ops::ControlFlow;
use std::time::Duration;

use events::Lane;
use events::handler::Batch;
use events::lane::{Lane as OfModule, Overflow};
use events::prelude::*;

#[event]
struct OrderPaid(u64);

#[handler(batch(size = "2", patience = "1ms..2ms"))]
fn book(_: &[OrderPaid]) {}

#[handler(priority = 1)]
fn check(order: &OrderPaid) -> ControlFlow<Rejected> {
    if order.0 == 0 { ControlFlow::Break(Rejected::new("costs nothing")) } else { ControlFlow::Continue(()) }
}

#[test]
fn lanes_and_what_happens_when_they_are_full() {
    let lane: OfModule = Lane::new(Lane::DEFAULT).overflow(Overflow::Wait);
    let second = Duration::from_secs(1);
    assert_eq!(format!("{lane:?}"), format!("{:?}", Lane::new("default").overflow(Overflow::Block)));
    assert_eq!(Overflow::WaitFor(second), Overflow::BlockFor(second));
    assert!(matches!(Overflow::Block, Overflow::Wait));
    assert!(Bus::builder().lane(lane).build().is_ok());
}

#[test]
fn settings_in_files() {
    for (earlier, now) in [("\"wait\"", "\"block\""), (r#"{"wait_for":"2s"}"#, r#"{"block_for":"2s"}"#)] {
        let overflow: Overflow = serde_json::from_str(earlier).unwrap();
        assert_eq!(serde_json::to_string(&overflow).unwrap(), now);
    }
}

#[test]
fn outcomes() {
    let outcome = events::dispatch(&OrderPaid(0));
    assert_eq!((outcome.handled(), outcome.rejection()), (1, Some("costs nothing")));
    assert_eq!((outcome.ran(), outcome.stop_reason()), (1, Some("costs nothing")));
}

#[test]
fn batches() {
    let ms = Duration::from_millis;
    let batch = Batch::new().size(2, 2).patience(ms(1), ms(2));
    let handler = events::registry().handlers().find(|handler| handler.path.ends_with("::book")).unwrap();
    assert_eq!(handler.policy.batch, Some(batch));
}
