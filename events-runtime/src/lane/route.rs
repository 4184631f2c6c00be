//! A route: the way of one event's type over its lane.

use std::any::TypeId;
use std::future::Future;
#[cfg(feature = "tokio")]
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Instant;

use events_core::Context;
use events_core::bind::BoundTable;
use events_core::event::{Event, EventMeta};

use super::batch::{Gathered, Step, Window};
use super::breaker::{Breakers, OpenBreaker};
use super::core::LaneCore;
use super::envelope::{Body, Envelope};
use super::pool::Pool;
use super::run::{Runner, Tries, block_on};
use super::trouble::Trouble;
use super::work::Note;

/// A route whose event is not named by the type. It lies in the bus and does not move.
pub(crate) struct RouteCell {
    any: Box<dyn AnyRoute>,
    /// How many bytes of an envelope this event takes up.
    bytes: usize,
    /// Whether anything is to be done when an event is dropped.
    needs_drop: bool,
    lane: Arc<LaneCore>,
}

/// How a run of a table ended.
pub(super) enum Ran {
    /// Every handler that was to run did so and succeeded.
    Clean,
    /// The same, and now the event belongs into the window of its batch handlers: of those before this row.
    Gather(usize),
    /// Something went wrong. The event belongs into the window all the same if `gather` names a row.
    Trouble { trouble: Box<Trouble>, gather: Option<usize> },
}

/// The future of a run.
#[cfg(feature = "tokio")]
pub(super) type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What is done with an event by those who do not know its type.
pub(super) trait AnyRoute: Send + Sync {
    fn event(&self) -> &'static EventMeta;
    fn event_type(&self) -> TypeId;

    /// Drops the event of an envelope.
    ///
    /// # Safety
    /// The envelope is of this route, and its event is not used again.
    unsafe fn drop_event(&self, body: &mut Body);

    /// Runs the table.
    fn run(&self, envelope: &Envelope) -> Ran;
    #[cfg(feature = "tokio")]
    fn run_async<'a>(&'a self, envelope: &'a Envelope) -> Running<'a, Ran>;

    /// Runs one handler again.
    fn run_again(&self, envelope: &Envelope, tries: Tries) -> Option<Box<Trouble>>;
    #[cfg(feature = "tokio")]
    fn run_again_async<'a>(
        &'a self,
        envelope: &'a Envelope,
        tries: Tries,
    ) -> Running<'a, Option<Box<Trouble>>>;

    /// Puts the event into the window of its batch handlers.
    fn gather(&self, envelope: Envelope, note: Note) -> Gathered;

    /// Runs the batch handlers with what the window holds, or goes on with an earlier run.
    fn run_window(&self, cell: NonNull<RouteCell>, step: Step) -> Step;
    #[cfg(feature = "tokio")]
    fn run_window_async<'a>(&'a self, cell: SendCell, step: Step) -> Running<'a, Step>;

    /// The breakers of its handlers that are open.
    fn open_breakers(&self) -> Vec<OpenBreaker>;

    /// The window, if the event has batch handlers.
    fn window(&self) -> Option<&dyn super::batch::AnyWindow>;
}

impl RouteCell {
    pub(crate) fn new<E: Event>(lane: Arc<LaneCore>, table: Arc<BoundTable<E>>) -> Self {
        let route = Route::new(&lane, table);
        let needs_drop = std::mem::needs_drop::<E>() || !Envelope::holds::<E>();
        Self { any: Box::new(route), bytes: Envelope::bytes_of::<E>(), needs_drop, lane }
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    #[inline(always)]
    pub(super) fn needs_drop(&self) -> bool {
        self.needs_drop
    }

    #[inline(always)]
    pub(crate) fn lane(&self) -> &Arc<LaneCore> {
        &self.lane
    }

    #[inline(always)]
    pub(super) fn any(&self) -> &dyn AnyRoute {
        &*self.any
    }

    /// Drops the event of an envelope.
    ///
    /// # Safety
    /// The envelope is of this route, and its event is not used again.
    #[inline]
    pub(super) unsafe fn drop_event(&self, body: &mut Body) {
        // SAFETY: passed on to the caller.
        unsafe { self.any.drop_event(body) }
    }

    /// The route of `E`, if it is one.
    pub(super) fn route<E: Event>(&self) -> Option<&Route<E>> {
        // SAFETY: the route says itself that it is of this type.
        (self.any.event_type() == TypeId::of::<E>()).then(|| unsafe { self.route_unchecked() })
    }

    /// The route of `E`.
    ///
    /// # Safety
    /// The cell was made for `E`.
    #[inline(always)]
    pub(super) unsafe fn route_unchecked<E: Event>(&self) -> &Route<E> {
        let any: *const dyn AnyRoute = &*self.any;
        // SAFETY: `new` put a `Route<E>` into the box of a cell made for `E`.
        unsafe { &*any.cast::<Route<E>>() }
    }
}

/// A pointer to a cell that may be sent to other threads.
#[derive(Clone, Copy)]
pub(super) struct SendCell(pub(super) NonNull<RouteCell>);

impl SendCell {
    /// What it points to.
    ///
    /// # Safety
    /// The bus of the route is kept alive for as long as the reference is used.
    #[inline(always)]
    pub(super) unsafe fn route<'a>(self) -> &'a RouteCell {
        // SAFETY: it was made from a reference into a bus, which neither moves nor drops its routes.
        unsafe { self.0.as_ref() }
    }
}

// SAFETY: a route cell is `Sync`, and those who hold a pointer to it keep its bus alive.
unsafe impl Send for SendCell {}

/// The way of an event of type `E`.
pub(crate) struct Route<E: Event> {
    pub(super) runner: Runner<E>,
    pool: Option<Pool<E>>,
    window: Option<Window<E>>,
    /// Whether nothing but the handlers themselves can keep a run of the whole table from being a single emit.
    simple: bool,
}

impl<E: Event> Route<E> {
    fn new(lane: &LaneCore, table: Arc<BoundTable<E>>) -> Self {
        let policies = (0..table.rows()).map(|row| table.policy(row));
        let guards = policies.clone().any(|policy| policy.timeout.is_some() || policy.breaker.is_some());
        let simple = !guards && !table.has_batches();
        let window = Window::of(&table, lane.settings.key_order);
        let breakers = Breakers::new(policies);
        let pool = (!Envelope::holds::<E>()).then(|| Pool::new(lane.settings.most_inside()));
        let slow = lane.slow.clone();
        Self { runner: Runner { table, breakers, slow }, pool, window, simple }
    }

    /// Where events lie that do not fit their envelopes.
    ///
    /// # Panics
    /// Never: only asked for by events that do not fit.
    #[inline]
    pub(super) fn pool(&self) -> &Pool<E> {
        self.pool.as_ref().expect("an event that does not fit its envelope has a pool")
    }

    fn event_of<'a>(&self, envelope: &'a Envelope) -> &'a E {
        // SAFETY: an envelope is given to no other route than its own, see `LaneCore`.
        unsafe { envelope.event() }
    }
}

impl<E: Event> AnyRoute for Route<E> {
    fn event(&self) -> &'static EventMeta {
        E::META
    }

    fn event_type(&self) -> TypeId {
        TypeId::of::<E>()
    }

    unsafe fn drop_event(&self, body: &mut Body) {
        // SAFETY: passed on to the caller.
        unsafe { body.drop_event(self) }
    }

    #[inline]
    fn run(&self, envelope: &Envelope) -> Ran {
        if self.simple && envelope.cx().is_none() && !E::META.is_async {
            return self.runner.ran(self.runner.table.emit(self.event_of(envelope)));
        }
        self.run_guarded(envelope)
    }

    #[cfg(feature = "tokio")]
    fn run_async<'a>(&'a self, envelope: &'a Envelope) -> Running<'a, Ran> {
        let cx = envelope.cx().unwrap_or(Context::empty());
        Box::pin(self.runner.run(self.event_of(envelope), cx, self.window.is_some()))
    }

    fn run_again(&self, envelope: &Envelope, tries: Tries) -> Option<Box<Trouble>> {
        block_on(self.runner.run_again(self.event_of(envelope), envelope.cx(), tries))
    }

    #[cfg(feature = "tokio")]
    fn run_again_async<'a>(
        &'a self,
        envelope: &'a Envelope,
        tries: Tries,
    ) -> Running<'a, Option<Box<Trouble>>> {
        Box::pin(self.runner.run_again(self.event_of(envelope), envelope.cx(), tries))
    }

    /// # Panics
    /// Never: only events with batch handlers are gathered.
    fn gather(&self, envelope: Envelope, mut note: Note) -> Gathered {
        // SAFETY: an envelope is given to no other route than its own.
        let (event, key, cx) = unsafe { envelope.open(self) };
        (note.key, note.cx) = (key, cx);
        self.window.as_ref().expect("only events with batch handlers are gathered").add(event, note)
    }

    fn run_window(&self, cell: NonNull<RouteCell>, step: Step) -> Step {
        block_on(self.run_step(SendCell(cell), step))
    }

    #[cfg(feature = "tokio")]
    fn run_window_async<'a>(&'a self, cell: SendCell, step: Step) -> Running<'a, Step> {
        Box::pin(self.run_step(cell, step))
    }

    fn open_breakers(&self) -> Vec<OpenBreaker> {
        self.runner.open_breakers()
    }

    fn window(&self) -> Option<&dyn super::batch::AnyWindow> {
        self.window.as_ref().map(|window| window as _)
    }
}

impl<E: Event> Route<E> {
    /// Runs the table row by row. Apart, for the future takes kilobytes of stack.
    #[inline(never)]
    fn run_guarded(&self, envelope: &Envelope) -> Ran {
        let cx = envelope.cx().unwrap_or(Context::empty());
        block_on(self.runner.run(self.event_of(envelope), cx, self.window.is_some()))
    }

    async fn run_step(&self, cell: SendCell, step: Step) -> Step {
        match &self.window {
            Some(window) => window.run(self, cell, &self.runner, step).await,
            None => Step::Nothing,
        }
    }

    /// Puts an event that was in a window back into an envelope.
    pub(super) fn reseal(&self, cell: SendCell, note: &mut Note, event: E) -> Envelope {
        // SAFETY: the cell is the one of this route, as its only callers in `batch` got it from the lane.
        unsafe { Envelope::seal(cell.0, self, note.key, note.cx.take(), event) }
    }
}

/// How long something took.
pub(super) async fn timed<T>(future: impl Future<Output = T>) -> (T, std::time::Duration) {
    let start = Instant::now();
    let value = future.await;
    (value, start.elapsed())
}
