use std::fmt;
use std::hint::black_box;

use events::Outcome;

use crate::body::{Work, failed};
use crate::workload::Size;

/// The amount that is emitted.
pub const AMOUNT: u64 = 3;

/// What kind of dispatch a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Written by hand: the lower limit.
    Floor,
    /// Tables made at link time.
    Static,
    /// Registered at run time.
    Dynamic,
    /// Another crate.
    Rival,
}

impl Way {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Static => "static",
            Self::Dynamic => "dynamic",
            Self::Rival => "rival",
        }
    }
}

/// One way to dispatch one workload, ready to be timed.
pub struct Contender {
    /// See [`names`](super::names).
    pub name: &'static str,
    /// Its kind of dispatch.
    pub way: Way,
    /// How many handlers an emit runs.
    pub handlers: usize,
    /// What each of them does.
    pub work: Work,
    run: Box<dyn Fn(u64) + Send + Sync>,
}

impl Contender {
    pub(super) fn new<W: Size>(
        name: &'static str,
        way: Way,
        run: impl Fn(u64) + Send + Sync + 'static,
    ) -> Self {
        Self { name, way, handlers: W::HANDLERS, work: W::WORK, run: Box::new(run) }
    }

    /// The loop around [`Emit::emit`], generic over the event and what it is emitted on.
    pub(super) fn emitting<W: Size, E, T>(name: &'static str, way: Way, target: T, event: E) -> Self
    where
        E: Send + Sync + 'static,
        T: Emit<E> + Send + Sync + 'static,
    {
        assert_eq!(once(&target, &event), W::HANDLERS as u32, "{name} runs every handler");
        Self::new::<W>(name, way, move |emits| {
            for _ in 0..emits {
                black_box(once(black_box(&target), black_box(&event)));
            }
        })
    }

    /// Emits this many times.
    pub fn run(&self, emits: u64) {
        (self.run)(emits);
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender")
            .field("name", &self.name)
            .field("handlers", &self.handlers)
            .finish_non_exhaustive()
    }
}

/// Emits one event, checks the outcome, and returns how many handlers ran.
pub(super) trait Emit<E> {
    fn emit(&self, event: &E) -> u32;
}

/// The measured call, the same for all contenders.
#[inline(never)]
fn once<E, T: Emit<E>>(target: &T, event: &E) -> u32 {
    target.emit(event)
}

/// Checks an outcome, and returns how many handlers ran.
#[inline(always)]
pub(super) fn handled(outcome: Outcome) -> u32 {
    if !outcome.is_ok() {
        failed();
    }
    outcome.ran()
}

/// The cost of the harness itself: an emit that does nothing.
pub fn harness() -> Contender {
    struct Nothing;

    impl Emit<u64> for Nothing {
        fn emit(&self, _: &u64) -> u32 {
            0
        }
    }

    Contender {
        name: "the harness alone",
        way: Way::Floor,
        handlers: 0,
        work: Work::Trivial,
        run: Box::new(|emits| {
            for _ in 0..emits {
                black_box(once(black_box(&Nothing), black_box(&AMOUNT)));
            }
        }),
    }
}
