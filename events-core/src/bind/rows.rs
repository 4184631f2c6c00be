//! Rows whose event is not named by their type, for the buses whose handlers are registered at run time.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::panic::Location;

use super::{AnySync, Binder};
use crate::Context;
use crate::erased::{EventRef, EventType};
use crate::event::SyncEvent;
use crate::handler::{ClosureMeta, Flow, HandlerOutput, Kind};
use crate::outcome::{Outcome, Place};
use crate::table::{Sorted, run, run_all};

type AnyCall = Box<dyn Fn(&dyn Any, &Context) -> Flow + Send + Sync>;

/// A handler that takes any event and downcasts it.
pub struct AnyRow {
    call: AnyCall,
    place: Place,
    handlers: u32,
}

impl AnyRow {
    /// A closure for the event `E`, which ignores events of other types.
    #[track_caller]
    pub fn closure<E: SyncEvent, R: HandlerOutput>(call: impl Fn(&E) -> R + Send + Sync + 'static) -> Self {
        Self {
            call: Box::new(move |event, _| match event.downcast_ref() {
                Some(event) => call(event).into_flow(),
                None => Flow::SKIPPED,
            }),
            place: Place::Closure(ClosureMeta::new(Location::caller())),
            handlers: 1,
        }
    }

    /// The linked handlers of an event, in dispatch order. Asynchronous handlers are left out: such a bus cannot await them.
    pub(crate) fn linked(ty: &'static EventType, sorted: &Sorted, binder: &mut Binder<'_>) -> Vec<Self> {
        let mut rows = Vec::new();
        for entry in sorted.entries() {
            let members = entry.members();
            let Kind::Sync { call, bind } = entry.kind else { continue };
            binder.enter(members[0]);
            let handler = match bind {
                None => Some(Box::new(call) as AnySync),
                Some(bind) => bind.bind(binder),
            };
            let Some(handler) = handler else { continue };
            rows.push(Self {
                call: Box::new(move |event, cx| {
                    if event.type_id() != ty.id {
                        return Flow::SKIPPED;
                    }
                    // SAFETY: it is an event of the type of the table whose row this is.
                    unsafe { handler.run(EventRef::of_any(event), cx) }
                }),
                place: Place::of_row(members),
                handlers: members.len() as u32,
            });
        }
        // Such a bus passes one event at a time.
        binder.take_batches(rows.len());
        rows
    }
}

/// Runs rows in order and gathers what they did. `row` finds the row in what the caller keeps.
#[inline]
pub fn run_rows<R>(rows: &[R], row: impl Fn(&R) -> &AnyRow + Copy, event: &dyn Any, cx: &Context) -> Outcome {
    let described = |index: usize| {
        let row = row(&rows[index]);
        (row.place, row.handlers)
    };
    if cx.is_limited() {
        let for_all = cx.for_any_run();
        let cx = for_all.as_ref().unwrap_or(cx);
        run(rows.len(), cx, &|index| (row(&rows[index]).call)(event, cx), &described)
    } else {
        run_all(rows, |kept| (row(kept).call)(event, cx), described)
    }
}
