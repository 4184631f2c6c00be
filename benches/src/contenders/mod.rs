//! The ways to get an event to its handlers, one file each. Every file has a type that holds what its way needs, an
//! `Emit` for it, and a function that makes the [`Contender`].

pub mod boxed;
pub mod bus;
pub mod direct;
pub mod dispatch;
pub mod dynamic;
pub mod pointers;
#[cfg(feature = "rivals")]
pub mod rivals;

use std::fmt;
use std::hint::black_box;

use events::Outcome;

use crate::body::{COUNTERS, Work, body, failed, local_body};
use crate::workload::{Plain, Size, Stateful};

/// What is emitted, over and over.
pub const AMOUNT: u64 = 3;

/// The names of contenders, as tables show them and bars look them up.
pub mod names {
    #![allow(missing_docs)]
    pub const DIRECT: &str = "direct calls, results checked";
    pub const DIRECT_ISOLATED: &str = "direct calls, results checked and panics isolated";
    pub const POINTERS: &str = "slice of function pointers, results checked";
    pub const BOXED: &str = "Vec<Box<dyn Fn>> with state, results checked";
    pub const DISPATCH: &str = "dispatch";
    pub const BUS: &str = "Bus::emit";
    pub const BUS_STATE: &str = "Bus::emit with state";
    pub const FUSED_DISPATCH: &str = "dispatch, fused";
    pub const FUSED_BUS: &str = "Bus::emit, fused";
    pub const FUSED_BUS_STATE: &str = "Bus::emit with state, fused";
    pub const DYNAMIC: &str = "DynamicBus";
    pub const SNAPSHOT: &str = "SnapshotBus";
    pub const TOPIC: &str = "TopicBus";
    pub const BEVY: &str = "bevy_ecs observers";
    pub const JAEB: &str = "jaeb";
    pub const BROADCAST: &str = "tokio broadcast";
}

/// What kind of dispatch a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Written by hand: what nothing can beat.
    Floor,
    /// Tables made at link time.
    Static,
    /// Registered at run time.
    Dynamic,
    /// Another crate.
    Rival,
}

impl Way {
    /// A word for tables.
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
    /// See [`names`].
    pub name: &'static str,
    /// What kind it is.
    pub way: Way,
    /// How many handlers an emit runs.
    pub handlers: usize,
    /// What each of them does.
    pub work: Work,
    run: Box<dyn Fn(u64) + Send + Sync>,
}

impl Contender {
    fn new<W: Size>(name: &'static str, way: Way, run: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { name, way, handlers: W::HANDLERS, work: W::WORK, run: Box::new(run) }
    }

    /// The loop around [`Emit::emit`], which knows neither the event nor what it is emitted on.
    fn emitting<W: Size, E, T>(name: &'static str, way: Way, target: T, event: E) -> Self
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

    /// Emits this often.
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

/// Emits one event, looks at what came of it, and tells how many handlers ran.
trait Emit<E> {
    fn emit(&self, event: &E) -> u32;
}

/// The call that is measured, the same for all.
#[inline(never)]
fn once<E, T: Emit<E>>(target: &T, event: &E) -> u32 {
    target.emit(event)
}

/// Looks at an outcome.
#[inline(always)]
fn handled(outcome: Outcome) -> u32 {
    if !outcome.is_ok() {
        failed();
    }
    outcome.handled()
}

/// Where handlers that are registered at run time count.
trait Cells: Clone + Send + Sync + 'static {
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), crate::body::BoxError>;
}

/// In the cells that linked handlers without state count in.
#[derive(Clone, Copy)]
struct Global;

impl Cells for Global {
    #[inline(always)]
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), crate::body::BoxError> {
        body::<INDEX, WORK>(amount, &COUNTERS)
    }
}

/// In cells of the thread that emits.
#[derive(Clone, Copy)]
struct Local;

impl Cells for Local {
    #[inline(always)]
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), crate::body::BoxError> {
        local_body::<INDEX, WORK>(amount)
    }
}

/// All contenders for one number of handlers and one kind of work, the floors first.
pub fn all<W: Plain + Stateful>() -> Vec<Contender> {
    let mut all = vec![
        direct::contender::<W>(),
        direct::isolated::<W>(),
        pointers::contender::<W>(),
        boxed::contender::<W>(),
        dispatch::contender::<W>(),
        bus::contender::<W>(),
        bus::with_state::<W>(),
        dispatch::fused::<W>(),
        bus::fused::<W>(),
        bus::fused_with_state::<W>(),
    ];
    all.extend(dynamic::contenders::<W>());
    #[cfg(feature = "rivals")]
    all.extend(rivals::contenders::<W>());
    all
}

/// The contenders that several threads can use at once, with handlers that count in cells of their thread.
pub fn shared<W: Plain>() -> Vec<Contender> {
    let mut all = vec![
        direct::contender::<W>(),
        pointers::contender::<W>(),
        dispatch::contender::<W>(),
        bus::contender::<W>(),
        dispatch::fused::<W>(),
        bus::fused::<W>(),
    ];
    all.extend(dynamic::shared::<W>());
    all
}

/// What the harness costs by itself: an emit that does nothing.
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

/// Every number of handlers with every kind of work.
pub fn cases() -> Vec<Vec<Contender>> {
    use crate::workload::{
        Busy1, Busy4, Busy16, Busy64, Fallible16, Trivial1, Trivial4, Trivial16, Trivial64,
    };
    vec![
        all::<Trivial1>(),
        all::<Trivial4>(),
        all::<Trivial16>(),
        all::<Trivial64>(),
        all::<Fallible16>(),
        all::<Busy1>(),
        all::<Busy4>(),
        all::<Busy16>(),
        all::<Busy64>(),
    ]
}

/// The same for several threads.
pub fn shared_cases() -> Vec<Vec<Contender>> {
    use crate::workload::{LocalBusy1, LocalBusy4, LocalBusy16, LocalBusy64};
    use crate::workload::{LocalTrivial1, LocalTrivial4, LocalTrivial16, LocalTrivial64};
    vec![
        shared::<LocalTrivial1>(),
        shared::<LocalTrivial4>(),
        shared::<LocalTrivial16>(),
        shared::<LocalTrivial64>(),
        shared::<LocalBusy1>(),
        shared::<LocalBusy4>(),
        shared::<LocalBusy16>(),
        shared::<LocalBusy64>(),
    ]
}
