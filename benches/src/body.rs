//! What a handler does, the same for every contender.
//!
//! It adds to a cell of its own, with a plain load and a plain store: a shared atomic would cost more than any dispatch
//! and make all contenders look alike. All return a
//! `Result`, which every contender checks.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub use events::outcome::BoxError;

/// The most handlers of one event.
pub const MOST: usize = 64;

/// The amount at which handler 0 fails, where it may; handler 1 fails one above, and so on. No measurement emits it.
const REFUSED: u64 = 1 << 40;

/// What a handler does beside counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Nothing, and it never fails, which the compiler knows where it knows the handler: what is left is the cost of
    /// dispatch.
    Trivial,
    /// Nothing, but it fails for one amount, so that each result has to be looked at by every contender.
    Fallible,
    /// Some 50 ns of arithmetic; it may fail too.
    Busy,
}

/// [`Work::Trivial`] as a parameter of a function.
pub const TRIVIAL: u8 = 0;
/// [`Work::Fallible`] as a parameter of a function.
pub const FALLIBLE: u8 = 1;
/// [`Work::Busy`] as a parameter of a function.
pub const BUSY: u8 = 2;

impl Work {
    /// A word for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trivial => "trivial",
            Self::Fallible => "trivial, may fail",
            Self::Busy => "50 ns",
        }
    }
}

/// One cell a handler, and one that the busy ones hand on.
///
/// Relaxed loads and stores are plain moves in machine code; never a read-modify-write.
pub struct Counters {
    cells: [AtomicU64; MOST],
    chain: AtomicU64,
}

impl Counters {
    /// All zero.
    pub const fn new() -> Self {
        Self { cells: [const { AtomicU64::new(0) }; MOST], chain: AtomicU64::new(0) }
    }

    /// What handler `index` counted.
    pub fn get(&self, index: usize) -> u64 {
        self.cells[index].load(Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

/// The cells of handlers that ask for no state.
pub static COUNTERS: Counters = Counters::new();

/// The body of handler `INDEX`.
///
/// # Errors
/// For one amount a handler, which no measurement emits.
#[inline(always)]
pub fn body<const INDEX: usize, const WORK: u8>(amount: u64, counters: &Counters) -> Result<(), BoxError> {
    if WORK == BUSY {
        // Each busy handler starts from what the one before left: the processor would run them side by side otherwise,
        // and 16 of them would take the time of five.
        counters.chain.store(busy(counters.chain.load(Relaxed)), Relaxed);
    }
    let cell = &counters.cells[INDEX];
    cell.store(cell.load(Relaxed).wrapping_add(amount), Relaxed);
    if WORK != TRIVIAL && amount == REFUSED + INDEX as u64 { Err(refused()) } else { Ok(()) }
}

thread_local! {
    static LOCAL: Counters = const { Counters::new() };
}

/// The body of handler `INDEX` where several threads emit: the cells are the thread's own, or what would be measured is
/// how the processor moves a cache line.
///
/// # Errors
/// As [`body`].
#[inline(always)]
pub fn local_body<const INDEX: usize, const WORK: u8>(amount: u64) -> Result<(), BoxError> {
    LOCAL.with(|counters| body::<INDEX, WORK>(amount, counters))
}

/// Some 50 ns that cannot be cut short: each step needs the one before.
#[inline(always)]
fn busy(seed: u64) -> u64 {
    let mut x = seed | 1;
    for _ in 0..36 {
        x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    x
}

#[cold]
#[inline(never)]
fn refused() -> BoxError {
    "this amount is refused".into()
}

/// How many failures were seen.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// What a contender does with a failure: it goes on with the next handler, as a bus does. It never happens, and the
/// compiler cannot know.
#[cold]
#[inline(never)]
pub fn failed() {
    FAILURES.fetch_add(1, Relaxed);
}

/// How many failures were seen so far; more than none means that something else was measured than what is said.
pub fn failures() -> u64 {
    FAILURES.load(Relaxed)
}

/// Ends the program: what is to be measured could not be set up.
#[cold]
#[inline(never)]
pub fn broken(error: &dyn std::fmt::Display) -> ! {
    panic!("cannot measure: {error}")
}
