//! The records in the file of this program agree with `events::registry()` at run time.

use std::ops::ControlFlow;

use events::handler::HandlerMeta;
use events::prelude::*;
use events_cli::model::{Event as Listed, Handler, Program, Shape};

/// An order was paid.
///
/// Twice, in the worst case.
#[event(name = "order.paid", version = 3, key = order_id)]
pub struct OrderPaid {
    /// Which order.
    pub order_id: u64,
    #[doc = concat!("In ", "cents.")]
    pub cents: Option<u64>,
    #[cfg(any())]
    #[allow(missing_docs)]
    pub dropped: u8,
    #[cfg(test)]
    #[allow(missing_docs)]
    pub kept: u8,
}

#[event(async, unhandled = "allow")]
#[doc = include_str!("registry.md")]
enum DoorMoved {
    Opened {
        floor: u8,
    },
    Closed(u8),
    /// Nobody knows where.
    Stuck,
}

#[event(unhandled = "allow")]
struct Pair(u8, String);

#[event]
struct Unit;

/// What is on the shelf.
pub struct Stock;

mod other {
    use events::prelude::*;

    pub(super) struct Stock;

    #[handler]
    fn other_stock(_: &super::Unit, _stock: State<'_, Stock>) {}
}

/// Takes it from the shelf.
#[handler(priority = 7, when = |event| event.cents > Some(3), emits(Unit, other_module::Twin))]
fn reserve(event: &OrderPaid, _stock: State<'_, Stock>, _cx: &Context) -> Result<(), String> {
    let _ = (event.order_id, event.kept);
    Ok(())
}

#[handler(priority = -9, concurrent, retry(max = 3, jitter = "full", when = |error| error.is_empty()))]
fn beside(_: &OrderPaid) -> Result<(), String> {
    Ok(())
}

#[handler(priority = -7)]
fn last(_: &OrderPaid) {}

type Flow = ControlFlow<()>;

#[handler]
fn may_stop(_: &OrderPaid) -> Flow {
    ControlFlow::Continue(())
}

#[handler]
fn of_unit(_: &Unit, _stock: State<'_, Stock>) {}

#[handler]
fn zzz(_: &Unit) {}

#[handler]
async fn log(event: &DoorMoved) {
    match event {
        DoorMoved::Opened { floor } | DoorMoved::Closed(floor) => assert!(*floor < 9),
        DoorMoved::Stuck => {}
    }
}

#[handlers]
impl Stock {
    /// Counts.
    #[handler]
    fn count(&self, _: &OrderPaid) {}

    #[handler]
    fn zero(&self, _: &OrderPaid) {}

    #[handler]
    #[cfg(any())]
    fn dropped(&self, _: &OrderPaid) {}
}

#[handlers]
mod ledger {
    use super::*;

    #[handler]
    fn debit(_: &OrderPaid) {}

    #[handler(priority = 7)]
    fn credit(_: &OrderPaid) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    #[handler]
    fn reject(_: &Unit) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }

    #[handler]
    fn zap(_: &Unit) {}
}

mod other_module {
    #[events::event(unhandled = "allow")]
    pub(crate) struct Twin;
}

fn in_a_body() {
    #[event]
    struct Local;

    #[handler]
    fn zzz(_: &Local) {}
}

fn in_another_body() {
    #[event]
    struct Local;

    #[handler]
    fn zzz(_: &Local) {}
}

macro_rules! twice {
    ($module:ident) => {
        mod $module {
            #[events::event]
            pub(super) struct Made(pub(super) u8);

            #[events::handler]
            fn see(made: &Made) {
                assert_eq!(made.0, 3);
            }
        }
    };
}

twice!(first);
twice!(second);

fn listing() -> Program {
    in_a_body();
    in_another_body();
    let _ = (DoorMoved::Opened { floor: 1 }, DoorMoved::Closed(1), DoorMoved::Stuck);
    let pair = Pair(1, String::new());
    let _ = (pair.0, &pair.1, first::Made(3), second::Made(3));
    events_cli::binary::read(&std::env::current_exe().unwrap()).unwrap()
}

fn find<'a>(program: &'a Program, path: &str) -> &'a Listed {
    let path = format!("registry::{path}");
    program.events.iter().find(|event| event.path == path).unwrap_or_else(|| panic!("no event {path}"))
}

fn handler<'a>(program: &'a Program, path: &str) -> &'a Handler {
    let path = format!("registry::{path}");
    program.handlers().find(|handler| handler.path == path).unwrap_or_else(|| panic!("no handler {path}"))
}

#[test]
fn every_event_and_handler_is_listed_in_dispatch_order() {
    let program = listing();
    assert!(program.elsewhere.is_empty());
    let mut tables: Vec<_> = events::registry()
        .tables()
        .map(|table| {
            let mut handlers = Vec::new();
            table.for_each_handler(&mut |handler| handlers.push(handler));
            (table.event(), handlers)
        })
        // The library's own events are listed only if they have a handler.
        .filter(|(event, handlers)| event.package != "events-runtime" || !handlers.is_empty())
        .collect();
    tables.sort_by_key(|(event, _)| (event.path, event.file, event.line));
    assert_eq!(tables.len(), program.events.len());
    for ((meta, handlers), listed) in tables.iter().zip(&program.events) {
        same_event(meta, listed);
        let paths: Vec<_> = listed.handlers.iter().map(|handler| handler.path.as_str()).collect();
        let expected: Vec<_> = handlers.iter().map(|handler| handler.path).collect();
        assert_eq!(paths, expected, "{}", meta.path);
        for (meta, listed) in handlers.iter().zip(&listed.handlers) {
            same_handler(meta, listed);
        }
    }
}

fn same_event(meta: &events::event::EventMeta, listed: &Listed) {
    assert_eq!((listed.name.as_str(), listed.path.as_str()), (meta.name, meta.path));
    assert_eq!((listed.package.as_str(), listed.version), (meta.package, meta.version));
    assert_eq!(listed.package_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(listed.key.as_deref(), meta.key);
    assert_eq!((listed.is_async, listed.unhandled_allowed), (meta.is_async, meta.allows_unhandled));
    assert_eq!((listed.location.file.as_str(), listed.location.line), (meta.file, meta.line));
    let fields: Vec<_> =
        listed.fields.iter().map(|field| (field.name.as_str(), field.ty.as_deref().unwrap_or(""))).collect();
    let expected: Vec<_> = meta.fields.iter().map(|field| (field.name, field.ty)).collect();
    assert_eq!(fields, expected, "{}", meta.path);
}

fn same_handler(meta: &HandlerMeta, listed: &Handler) {
    assert_eq!((listed.package.as_str(), listed.priority), (meta.package, meta.priority), "{}", meta.path);
    assert_eq!(listed.condition.as_deref(), meta.condition);
    assert_eq!(listed.concurrent, meta.policy.concurrent, "{}", meta.path);
    assert_eq!(listed.retry.is_some(), meta.policy.retry.is_some(), "{}", meta.path);
    assert_eq!((listed.is_async, listed.group.as_deref()), (meta.is_async, meta.group));
    let place = (listed.location.file.as_str(), listed.location.line, listed.location.column);
    assert_eq!(place, (meta.file, meta.line, meta.column));
    let arguments: Vec<_> =
        listed.arguments.iter().map(|argument| (argument.ty.as_str(), argument.state.is_some())).collect();
    let expected: Vec<_> =
        meta.arguments.iter().map(|argument| (argument.ty, argument.state.is_some())).collect();
    assert_eq!(arguments, expected, "{}", meta.path);
}

#[test]
fn documentation_is_listed() {
    let program = listing();
    let paid = find(&program, "OrderPaid");
    assert_eq!(paid.docs.as_deref(), Some("An order was paid.\n\nTwice, in the worst case."));
    let docs: Vec<_> = paid.fields.iter().map(|field| field.docs.as_deref()).collect();
    assert_eq!(docs, [Some("Which order."), Some("In cents."), None]);
    let moved = find(&program, "DoorMoved");
    assert_eq!(moved.docs.as_deref(), Some(include_str!("registry.md").trim_end()));
    assert_eq!(moved.fields[2].docs.as_deref(), Some("Nobody knows where."));
    assert_eq!(handler(&program, "reserve").docs.as_deref(), Some("Takes it from the shelf."));
    assert_eq!(handler(&program, "Stock::count").docs.as_deref(), Some("Counts."));
}

#[test]
fn what_only_tools_need_is_listed() {
    let program = listing();
    let shapes = ["OrderPaid", "DoorMoved", "Pair", "Unit"].map(|path| find(&program, path).shape);
    assert_eq!(shapes, [Shape::Struct, Shape::Enum, Shape::Tuple, Shape::Unit]);
    let reserve = handler(&program, "reserve");
    let emits: Vec<_> = reserve.emits.iter().map(|emits| emits.written.as_str()).collect();
    assert_eq!(emits, ["Unit", "other_module::Twin"]);
    let emitted = |at: usize| program.event(reserve.emits[at].event.as_ref().unwrap()).unwrap();
    assert_eq!(emitted(0), find(&program, "Unit"));
    assert_eq!(emitted(1).path, "registry::other_module::Twin");
    assert_eq!(reserve.returns.as_deref(), Some("Result<(), String>"));
    let beside = handler(&program, "beside");
    assert_eq!((beside.concurrent, reserve.concurrent), (true, false));
    assert_eq!(beside.retry.as_deref(), Some("max = 3, jitter = full, when = |error| error.is_empty()"));
    for (path, may_stop) in [
        ("reserve", false),
        ("may_stop", true),
        ("ledger::credit", true),
        ("ledger::reject", true),
        ("last", false),
    ] {
        assert_eq!(handler(&program, path).may_stop, may_stop, "{path}");
    }
}

#[test]
fn state_types_with_one_name_are_distinguished() {
    let program = listing();
    let state = |path: &str| handler(&program, path).state().next().cloned().unwrap();
    assert_eq!(state("reserve"), state("of_unit"));
    assert_eq!(state("reserve"), state("Stock::count"));
    let (ours, theirs) = (state("of_unit"), state("other::other_stock"));
    assert_eq!(ours.name, theirs.name);
    assert_ne!(ours.id, theirs.id);
}
