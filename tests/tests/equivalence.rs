//! The same handlers dispatched in every way there is do the same: static, fused, on a bus, asynchronous, dynamic.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::Once;
use std::task::{Context as TaskContext, Poll, Waker};

use events::context::Canceller;
use events::outcome::Stop;
use events::prelude::*;
use events::{DynamicBus, EventBus, SnapshotBus, TopicBus};
use proptest::prelude::*;

const HANDLERS: usize = 6;

/// What one handler is told to do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Run,
    Skip,
    Fail,
    Panic,
    Break,
    Cancel,
}

type Acts = [Act; HANDLERS];

/// What an event carries: what each handler is to do, and a note of who ran.
struct Script {
    acts: Acts,
    ran: Mutex<Vec<usize>>,
    canceller: Canceller,
}

impl Script {
    fn new(acts: Acts) -> Self {
        Self { acts, ran: Mutex::default(), canceller: Canceller::new() }
    }

    fn wants(&self, handler: usize) -> bool {
        self.acts[handler] != Act::Skip
    }

    fn fail(&self, handler: usize) -> Result<(), String> {
        self.ran.lock().unwrap().push(handler);
        match self.acts[handler] {
            Act::Panic => panic!("panic in {handler}"),
            Act::Fail => return Err(format!("error in {handler}")),
            Act::Cancel => self.canceller.cancel(),
            Act::Run | Act::Skip | Act::Break => {}
        }
        Ok(())
    }

    /// Like [`stop`](Self::stop), with a reason: a text of the program, or one made at run time.
    fn reject(&self, handler: usize) -> ControlFlow<StopReason> {
        match (self.stop(handler), self.acts[handler]) {
            (ControlFlow::Continue(()), _) => ControlFlow::Continue(()),
            (ControlFlow::Break(()), Act::Break) => ControlFlow::Break(StopReason::new("as told")),
            (ControlFlow::Break(()), _) => {
                ControlFlow::Break(StopReason::new(format!("failed in {handler}")))
            }
        }
    }

    /// For the handlers that can break but not fail: a failure is a break for them.
    fn stop(&self, handler: usize) -> ControlFlow<()> {
        let failed = self.fail(handler).is_err();
        if failed || self.acts[handler] == Act::Break {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[event]
struct Single(Script);
#[event]
struct Fused(Script);
#[event(async)]
struct Async(Script);
#[event(async)]
struct AsyncFused(Script);

/// Some state, so that a bus has something to bind.
struct Bound;

/// The six handlers: of either kind of result, with and without arguments.
macro_rules! handlers {
    ($event:ident $($asynchronous:ident)?) => {
        #[handler(when = |event| event.0.wants(0))]
        $($asynchronous)? fn h0(event: &$event) -> Result<(), String> {
            event.0.fail(0)
        }
        #[handler(when = |event| event.0.wants(1))]
        $($asynchronous)? fn h1(event: &$event, _cx: &Context) -> ControlFlow<()> {
            event.0.stop(1)
        }
        #[handler(when = |event| event.0.wants(2))]
        $($asynchronous)? fn h2(event: &$event, _bound: State<'_, Bound>) -> Result<(), String> {
            event.0.fail(2)
        }
        #[handler(when = |event| event.0.wants(3))]
        fn h3(event: &$event) -> ControlFlow<StopReason> {
            event.0.reject(3)
        }
        #[handler(when = |event| event.0.wants(4))]
        $($asynchronous)? fn h4(event: &$event, _cx: &Context, _bound: State<'_, Bound>) -> Result<(), String> {
            event.0.fail(4)
        }
        #[handler(when = |event| event.0.wants(5))]
        fn h5(event: &$event) -> ControlFlow<()> {
            event.0.stop(5)
        }
    };
}

mod single {
    use super::*;
    handlers!(Single);
}

mod asynchronous {
    use super::*;
    handlers!(Async async);
}

#[handlers]
mod fused {
    use super::*;

    #[handler(when = |event| event.0.wants(0))]
    fn h0(event: &Fused) -> Result<(), String> {
        event.0.fail(0)
    }
    #[handler(when = |event| event.0.wants(1))]
    fn h1(event: &Fused, _cx: &Context) -> ControlFlow<()> {
        event.0.stop(1)
    }
    #[handler(when = |event| event.0.wants(2))]
    fn h2(event: &Fused, _bound: State<'_, Bound>) -> Result<(), String> {
        event.0.fail(2)
    }
    #[handler(when = |event| event.0.wants(3))]
    fn h3(event: &Fused) -> ControlFlow<StopReason> {
        event.0.reject(3)
    }
    #[handler(when = |event| event.0.wants(4))]
    fn h4(event: &Fused, _cx: &Context, _bound: State<'_, Bound>) -> Result<(), String> {
        event.0.fail(4)
    }
    #[handler(when = |event| event.0.wants(5))]
    fn h5(event: &Fused) -> ControlFlow<()> {
        event.0.stop(5)
    }

    #[handler(when = |event| event.0.wants(0))]
    async fn a0(event: &AsyncFused) -> Result<(), String> {
        event.0.fail(0)
    }
    #[handler(when = |event| event.0.wants(1))]
    fn a1(event: &AsyncFused, _cx: &Context) -> ControlFlow<()> {
        event.0.stop(1)
    }
    #[handler(when = |event| event.0.wants(2))]
    async fn a2(event: &AsyncFused, _bound: State<'_, Bound>) -> Result<(), String> {
        event.0.fail(2)
    }
    #[handler(when = |event| event.0.wants(3))]
    fn a3(event: &AsyncFused) -> ControlFlow<StopReason> {
        event.0.reject(3)
    }
    #[handler(when = |event| event.0.wants(4))]
    async fn a4(event: &AsyncFused, _cx: &Context, _bound: State<'_, Bound>) -> Result<(), String> {
        event.0.fail(4)
    }
    #[handler(when = |event| event.0.wants(5))]
    async fn a5(event: &AsyncFused) -> ControlFlow<()> {
        event.0.stop(5)
    }
}

/// What can be told of a run from outside.
#[derive(Debug, PartialEq)]
struct Told {
    ran: Vec<usize>,
    handled: u32,
    failures: Vec<String>,
    stopped: Option<Stop>,
    /// Which handler broke, and its reason.
    by: Option<(usize, Option<String>)>,
    unreached: u32,
}

fn told(script: &Script, outcome: &Outcome) -> Told {
    Told {
        ran: script.ran.lock().unwrap().clone(),
        handled: outcome.ran(),
        failures: outcome.failures().iter().map(ToString::to_string).collect(),
        stopped: outcome.stopped(),
        by: outcome.stopped_by().map(|stopped| {
            let number = stopped.name().chars().next_back().and_then(|digit| digit.to_digit(10)).unwrap();
            assert_eq!(stopped.handler().unwrap().line, stopped.line());
            assert_eq!(stopped.reason(), outcome.stop_reason());
            (number as usize, stopped.reason().map(str::to_owned))
        }),
        unreached: outcome.unreached(),
    }
}

/// What the rules say must come of it.
fn expected(acts: Acts, limited: bool) -> Told {
    let mut told = Told { ran: vec![], handled: 0, failures: vec![], stopped: None, by: None, unreached: 0 };
    let mut cancelled = false;
    for (handler, act) in acts.into_iter().enumerate() {
        if limited && cancelled {
            told.stopped = Some(Stop::Cancelled);
            told.unreached = (HANDLERS - handler) as u32;
            break;
        }
        if act == Act::Skip {
            continue;
        }
        told.ran.push(handler);
        told.handled += 1;
        let breaks = handler % 2 == 1;
        match act {
            Act::Panic => told.failures.push(format!("panicked: panic in {handler}")),
            Act::Fail if !breaks => told.failures.push(format!("error in {handler}")),
            Act::Break | Act::Fail if breaks => {
                told.stopped = Some(Stop::Break);
                let reason = if act == Act::Break { "as told" } else { "failed in 3" };
                told.by = Some((handler, (handler == 3).then(|| reason.to_owned())));
                told.unreached = (HANDLERS - handler - 1) as u32;
                break;
            }
            Act::Cancel => cancelled = true,
            _ => {}
        }
    }
    told
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut cx = TaskContext::from_waker(Waker::noop());
    match pin!(future).poll(&mut cx) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("these handlers never wait"),
    }
}

/// Keeps the panics that the tests ask for out of their output.
fn quiet() {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let asked_for =
                info.payload().downcast_ref::<String>().is_some_and(|text| text.starts_with("panic in "));
            if !asked_for {
                loud(info);
            }
        }));
    });
}

fn acts() -> impl Strategy<Value = Acts> {
    let act = prop_oneof![
        6 => Just(Act::Run),
        2 => Just(Act::Skip),
        2 => Just(Act::Fail),
        2 => Just(Act::Panic),
        1 => Just(Act::Break),
        1 => Just(Act::Cancel),
    ];
    prop::array::uniform6(act)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_of_dispatch_does_the_same(acts in acts(), limited: bool) {
        quiet();
        let want = expected(acts, limited);
        let bus = Bus::builder().state(Bound).build().unwrap();
        let cx = |script: &Script| {
            if limited { Context::new().with_cancel(script.canceller.token()) } else { Context::new() }
        };

        let event = Single(Script::new(acts));
        let outcome = bus.emit_with(&event, &cx(&event.0));
        prop_assert_eq!(told(&event.0, &outcome), expected(acts, limited), "single");

        let event = Fused(Script::new(acts));
        let outcome = bus.emit_with(&event, &cx(&event.0));
        prop_assert_eq!(told(&event.0, &outcome), expected(acts, limited), "fused");

        let event = Async(Script::new(acts));
        let outcome = block_on(bus.emit_async_with(&event, &cx(&event.0)));
        prop_assert_eq!(told(&event.0, &outcome), expected(acts, limited), "async");

        let event = AsyncFused(Script::new(acts));
        let outcome = block_on(bus.emit_async_with(&event, &cx(&event.0)));
        prop_assert_eq!(told(&event.0, &outcome), expected(acts, limited), "async, fused");

        fn on<B: EventBus>(bus: &B, acts: Acts, cx: impl Fn(&Script) -> Context) -> [Told; 2] {
            let single = Single(Script::new(acts));
            let one = bus.emit_with(&single, &cx(&single.0));
            let fused = Fused(Script::new(acts));
            let other = bus.emit_with(&fused, &cx(&fused.0));
            [told(&single.0, &one), told(&fused.0, &other)]
        }
        let dynamic: DynamicBus = Bus::builder().state(Bound).build_dynamic().unwrap();
        let snapshot: SnapshotBus = Bus::builder().state(Bound).build_dynamic().unwrap();
        let topic: TopicBus = Bus::builder().state(Bound).build_dynamic().unwrap();
        for told in [on(&dynamic, acts, cx), on(&snapshot, acts, cx), on(&topic, acts, cx)].iter().flatten() {
            prop_assert_eq!(told, &want, "dynamic");
        }
    }
}
