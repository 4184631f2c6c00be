//! A route: how the messages of one event type are handled on one lane.

#[cfg(feature = "tokio")]
use std::future::Future;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;

use events_core::Context;
use events_core::event::{Event, EventMeta};
use events_core::handler::{HandlerMeta, Retry};
use events_core::private::plumbing::BoundTable;

use super::batch_run::Note;
use super::breaker::{Breakers, OpenBreaker};
use super::policies::Policies;
use super::runner::{Again, Ran, Runner};
use super::slow::{SlowHandler, SlowHandlers};
use super::window::{AnyWindow, Gathered, Stepped, Window};
use crate::lane::current::BecauseOfLetter;
use crate::lane::dead_letter::Store;
use crate::lane::failure::Failures;
use crate::lane::queue::{Message, MessageType, TypeRef, block_on};
use crate::lane::schedule::{BatchStep, Scheduler};

/// How one event type is handled on one lane. The bus owns it, and it does not move.
#[repr(C)]
pub(crate) struct Route {
    /// The first field, so that a pointer to it is a pointer to the route.
    message_type: MessageType,
    handlers: Box<dyn Handlers>,
    lane: Arc<Scheduler>,
    letters: Arc<Store>,
}

/// The future of a run.
#[cfg(feature = "tokio")]
pub(in crate::lane) type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The handlers of an event whose type the caller does not know.
pub(in crate::lane) trait Handlers: Send + Sync {
    /// Runs the table.
    fn run(&self, message: &Message) -> Ran;
    #[cfg(feature = "tokio")]
    fn run_async<'a>(&'a self, message: &'a Message) -> Running<'a, Ran>;

    /// Runs one handler again. `None` if nothing failed.
    fn run_again(&self, message: &Message, again: Again) -> Option<Box<Failures>>;
    #[cfg(feature = "tokio")]
    fn run_again_async<'a>(
        &'a self,
        message: &'a Message,
        again: Again,
    ) -> Running<'a, Option<Box<Failures>>>;

    /// Puts the event into the window of its batch handlers.
    fn gather(&self, message: Message, note: Note) -> Gathered;

    /// Takes a step of a run of the batch window for messages of this type.
    fn step(&self, of: TypeRef, step: BatchStep) -> Stepped;
    #[cfg(feature = "tokio")]
    fn step_async(&self, of: TypeRef, step: BatchStep) -> Running<'_, Stepped>;

    /// The retry policy of a handler.
    fn retry_of(&self, handler: &HandlerMeta) -> Option<Retry>;

    /// The breakers of its handlers that are open.
    fn open_breakers(&self) -> Vec<OpenBreaker>;

    /// The handlers that took longer than their timeout.
    fn slow_handlers(&self) -> Vec<SlowHandler>;

    /// The window, if the event has batch handlers.
    fn window(&self) -> Option<&dyn AnyWindow>;
}

impl Route {
    pub(crate) fn new<E: Event>(
        lane: Arc<Scheduler>,
        letters: Arc<Store>,
        table: Arc<BoundTable<E>>,
    ) -> Self {
        let most = lane.settings.most_inside();
        let message_type = MessageType::new::<E>(most, lane.contexts.clone(), lane.panics.clone());
        let handlers = TypedHandlers::new(&lane, table);
        if let Some(window) = &handlers.window {
            lane.add_window(window.load().clone());
        }
        Self { message_type, handlers: Box::new(handlers), lane, letters }
    }

    /// The pointer to this route that its messages contain.
    #[inline(always)]
    pub(in crate::lane) fn type_ref(&self) -> TypeRef {
        // SAFETY: the bus owns its routes, and drops all messages, on lanes and in dead letters, before it drops the
        // routes.
        unsafe { TypeRef::new(NonNull::from(self).cast()) }
    }

    /// The route of a message type.
    #[inline(always)]
    pub(in crate::lane) fn of(of: &TypeRef) -> &Self {
        // SAFETY: only `type_ref` makes a `TypeRef`, from a pointer to a route, whose first field is the message type.
        unsafe { of.as_ptr().cast::<Self>().as_ref() }
    }

    #[inline(always)]
    pub(crate) fn lane(&self) -> &Arc<Scheduler> {
        &self.lane
    }

    #[inline(always)]
    pub(in crate::lane) fn letters(&self) -> &Arc<Store> {
        &self.letters
    }

    #[inline(always)]
    pub(in crate::lane) fn handlers(&self) -> &dyn Handlers {
        &*self.handlers
    }

    pub(in crate::lane) fn event(&self) -> &'static EventMeta {
        self.message_type.event()
    }
}

/// The handlers of events of type `E`.
struct TypedHandlers<E: Event> {
    runner: Runner<E>,
    window: Option<Window<E>>,
    /// Whether the whole table can be run by a single emit: no row has a timeout, a breaker, a batch or shared work.
    simple: bool,
}

impl<E: Event> TypedHandlers<E> {
    fn new(lane: &Arc<Scheduler>, table: Arc<BoundTable<E>>) -> Self {
        let settings = &lane.settings;
        let policies = Policies::new(&table, &settings.defaults);
        // An emit runs concurrent rows at the same time only if it is awaited, so workers that are threads share them.
        let shares = !lane.runs_async() && (0..table.rows()).any(|row| table.concurrent_group(row).len() > 1);
        let simple = !policies.guards() && !table.has_batches() && !shares;
        let breakers = Breakers::new(policies.iter(), settings.clock.clone());
        let (panics, clock) = (lane.panics.clone(), settings.clock.clone());
        let halt = lane.halt().clone();
        let cx = Context::new().with_halt(halt.clone());
        let (lane, slow) = (lane.clone(), SlowHandlers::default());
        let runner = Runner { table, policies, breakers, slow, panics, clock, cx, halt, lane, shares };
        let window = Window::of(&runner.table, settings.key_order, &runner);
        Self { runner, window, simple }
    }

    #[inline(always)]
    fn event_of<'a>(&self, message: &'a Message) -> &'a E {
        // SAFETY: a message is only given to its own route, see `Route::of`.
        unsafe { message.event() }
    }

    /// Runs the table row by row. Not inlined: the future takes kilobytes of stack.
    #[inline(never)]
    fn run_guarded(&self, message: &Message) -> Ran {
        let _cause = BecauseOfLetter::begin(message.is_from_dead_letter());
        block_on(self.run_rows(message))
    }

    async fn run_rows(&self, message: &Message) -> Ran {
        self.runner.run(self.event_of(message), message.cx(), self.window.is_some()).await
    }

    async fn run_step(&self, of: TypeRef, step: BatchStep) -> Stepped {
        match &self.window {
            Some(window) => window.step(of, &self.runner, step).await,
            None => Stepped::Nothing,
        }
    }
}

impl<E: Event> Handlers for TypedHandlers<E> {
    #[inline]
    fn run(&self, message: &Message) -> Ran {
        if self.simple && message.extras().is_none() && !E::META.is_async {
            let Runner { table, halt, cx, .. } = &self.runner;
            return self.runner.ran(table.emit_until(self.event_of(message), halt, cx));
        }
        self.run_guarded(message)
    }

    #[cfg(feature = "tokio")]
    fn run_async<'a>(&'a self, message: &'a Message) -> Running<'a, Ran> {
        Box::pin(self.run_rows(message))
    }

    fn run_again(&self, message: &Message, again: Again) -> Option<Box<Failures>> {
        block_on(self.runner.run_again(self.event_of(message), message.cx(), again))
    }

    #[cfg(feature = "tokio")]
    fn run_again_async<'a>(
        &'a self,
        message: &'a Message,
        again: Again,
    ) -> Running<'a, Option<Box<Failures>>> {
        Box::pin(self.runner.run_again(self.event_of(message), message.cx(), again))
    }

    /// # Panics
    /// Never: only events with batch handlers are gathered.
    fn gather(&self, message: Message, mut note: Note) -> Gathered {
        let event = Window::<E>::open(message, &mut note);
        self.window.as_ref().expect("only events with batch handlers are gathered").add(event, note)
    }

    fn step(&self, of: TypeRef, step: BatchStep) -> Stepped {
        block_on(self.run_step(of, step))
    }

    #[cfg(feature = "tokio")]
    fn step_async(&self, of: TypeRef, step: BatchStep) -> Running<'_, Stepped> {
        Box::pin(self.run_step(of, step))
    }

    fn retry_of(&self, handler: &HandlerMeta) -> Option<Retry> {
        self.runner.policies.retry_of(handler)
    }

    fn open_breakers(&self) -> Vec<OpenBreaker> {
        self.runner.open_breakers()
    }

    fn slow_handlers(&self) -> Vec<SlowHandler> {
        self.runner.slow.list()
    }

    fn window(&self) -> Option<&dyn AnyWindow> {
        self.window.as_ref().map(|window| window as _)
    }
}
