//! Rows whose event is not named by their type: what a bus that registers at run time is made of.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::panic::Location;

use super::Binder;
use crate::Context;
use crate::event::{Event, SyncEvent};
use crate::handler::{Entry, Flow, HandlerOutput, Kind};
use crate::outcome::{Outcome, Place};
use crate::table::run;

type AnyCall = Box<dyn Fn(&dyn Any, &Context) -> Flow + Send + Sync>;

/// A handler that takes any event and downcasts it.
pub struct AnyRow {
    call: AnyCall,
    place: Place,
    handlers: u32,
}

impl AnyRow {
    /// A closure for the event `E`; events of other types are none of its business.
    #[track_caller]
    pub fn closure<E: SyncEvent, R: HandlerOutput>(call: impl Fn(&E) -> R + Send + Sync + 'static) -> Self {
        Self {
            call: Box::new(move |event, _| match event.downcast_ref() {
                Some(event) => call(event).into_flow(),
                None => Flow::SKIPPED,
            }),
            place: Place::Closure(Location::caller()),
            handlers: 1,
        }
    }

    /// The linked handlers of `E`, in dispatch order. Asynchronous ones have no place on such a bus.
    pub(crate) fn linked<E: Event>(entries: &[&'static Entry<E>], binder: &mut Binder<'_>) -> Vec<Self> {
        let bind = |entry: &&'static Entry<E>| {
            let Kind::Sync { call, bind } = entry.kind else { return None };
            binder.enter(entry.meta());
            let handler = match bind {
                Some(bind) => bind(binder)?,
                None => Box::new(call),
            };
            let (place, handlers) = entry.described();
            Some(Self {
                call: Box::new(move |event, cx| match event.downcast_ref() {
                    Some(event) => handler(event, cx),
                    None => Flow::SKIPPED,
                }),
                place,
                handlers,
            })
        };
        entries.iter().filter_map(bind).collect()
    }
}

/// Runs rows in order and gathers what they did. `row` finds the row in what the caller keeps.
#[inline]
pub fn run_rows<R>(rows: &[R], row: impl Fn(&R) -> &AnyRow + Copy, event: &dyn Any, cx: &Context) -> Outcome {
    run(
        rows,
        cx,
        |kept| (row(kept).call)(event, cx),
        |index| {
            let row = row(&rows[index]);
            (row.place, row.handlers)
        },
    )
}
