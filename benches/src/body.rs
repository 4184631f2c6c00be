//! The bodies of handlers, the same for every contender.
//!
//! A handler adds to a cell of its own, with a plain load and a plain store: a shared atomic would cost more than any
//! dispatch, so all contenders would have similar figures. All handlers return a `Result`, which every contender
//! checks.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub use events::outcome::BoxError;

/// The most handlers of one event.
pub const MOST: usize = 64;

/// The amount for which handler 0 fails, if it is fallible. Handler 1 fails for the next amount, and so on. No
/// measurement emits these amounts.
const REFUSED: u64 = 1 << 40;

/// What a handler does in addition to counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Nothing, and it never fails. The compiler knows this if it knows the handler, so only the cost of dispatch is
    /// left.
    Trivial,
    /// Nothing, but it fails for one amount, so that every contender has to check each result.
    Fallible,
    /// About 50 ns of arithmetic. It may fail too.
    Busy,
}

/// [`Work::Trivial`] as a parameter of a function.
pub const TRIVIAL: u8 = 0;
/// [`Work::Fallible`] as a parameter of a function.
pub const FALLIBLE: u8 = 1;
/// [`Work::Busy`] as a parameter of a function.
pub const BUSY: u8 = 2;

impl Work {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trivial => "trivial",
            Self::Fallible => "trivial, may fail",
            Self::Busy => "50 ns",
        }
    }
}

/// One cell for each handler, and one that busy handlers read and write in turn.
///
/// Relaxed loads and stores are plain moves in machine code. There is no read-modify-write.
pub struct Counters {
    cells: [AtomicU64; MOST],
    chain: AtomicU64,
}

impl Counters {
    /// Makes counters with all cells zero.
    pub const fn new() -> Self {
        Self { cells: [const { AtomicU64::new(0) }; MOST], chain: AtomicU64::new(0) }
    }

    /// The count of handler `index`.
    pub fn get(&self, index: usize) -> u64 {
        self.cells[index].load(Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

/// The cells of handlers that take no state.
pub static COUNTERS: Counters = Counters::new();

/// The body of handler `INDEX`.
///
/// # Errors
/// For one amount per handler, which no measurement emits.
#[inline(always)]
pub fn body<const INDEX: usize, const WORK: u8>(amount: u64, counters: &Counters) -> Result<(), BoxError> {
    if WORK == BUSY {
        // Each busy handler starts from the result of the one before. Otherwise the processor would overlap them, and
        // 16 of them would take the time of five.
        counters.chain.store(busy(counters.chain.load(Relaxed)), Relaxed);
    }
    let cell = &counters.cells[INDEX];
    cell.store(cell.load(Relaxed).wrapping_add(amount), Relaxed);
    if WORK != TRIVIAL && amount == REFUSED + INDEX as u64 { Err(refused()) } else { Ok(()) }
}

thread_local! {
    static LOCAL: Counters = const { Counters::new() };
}

/// The body of handler `INDEX` if several threads emit. The cells belong to the thread: otherwise the movement of cache
/// lines would be measured.
///
/// # Errors
/// As [`body`].
#[inline(always)]
pub fn local_body<const INDEX: usize, const WORK: u8>(amount: u64) -> Result<(), BoxError> {
    LOCAL.with(|counters| body::<INDEX, WORK>(amount, counters))
}

/// About 50 ns that the processor cannot shorten, because each step depends on the one before.
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

/// How many failures there were.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// Called by a contender for a failure, after which it continues with the next handler, as a bus does. It is never
/// called, which the compiler cannot know.
#[cold]
#[inline(never)]
pub fn failed() {
    FAILURES.fetch_add(1, Relaxed);
}

/// How many failures there were so far. If it is not zero, the measurement is invalid.
pub fn failures() -> u64 {
    FAILURES.load(Relaxed)
}

/// Ends the program, because a measurement could not be set up.
///
/// # Panics
/// Always.
#[cold]
#[inline(never)]
pub fn broken(error: &dyn std::fmt::Display) -> ! {
    panic!("cannot measure: {error}")
}
