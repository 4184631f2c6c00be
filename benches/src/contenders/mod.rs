//! The kinds of dispatch, one file each. Every file has a type with what it needs, an `Emit` for it, and a function
//! that makes the [`Contender`].

pub mod boxed;
pub mod bus;
mod cells;
mod contender;
pub mod direct;
pub mod dispatch;
pub mod dynamic;
pub mod names;
pub mod pointers;
#[cfg(feature = "rivals")]
pub mod rivals;

pub use contender::{AMOUNT, Contender, Way, harness};

use crate::workload::{Plain, Stateful};

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
