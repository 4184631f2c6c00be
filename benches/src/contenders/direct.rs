//! Direct calls: the cost if all handlers are known in one place.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::contender::{AMOUNT, Contender, Emit, Way};
use super::names;
use crate::body::failed;
use crate::workload::{Amount, Plain};

struct Direct<W>(PhantomData<fn(W)>);

impl<W: Plain> Emit<W::Event> for Direct<W> {
    #[inline(always)]
    fn emit(&self, event: &W::Event) -> u32 {
        W::direct(event)
    }
}

struct Isolated<W>(PhantomData<fn(W)>);

impl<W: Plain> Emit<W::Event> for Isolated<W> {
    #[inline(always)]
    fn emit(&self, event: &W::Event) -> u32 {
        match catch_unwind(AssertUnwindSafe(|| W::direct(event))) {
            Ok(ran) => ran,
            Err(_) => {
                failed();
                0
            }
        }
    }
}

/// Calls each handler in turn, and checks its result.
pub fn contender<W: Plain>() -> Contender {
    let target = Direct::<W>(PhantomData);
    Contender::emitting::<W, _, _>(names::DIRECT, Way::Floor, target, W::Event::new(AMOUNT))
}

/// The same inside one `catch_unwind`: the cheapest isolation of panics that can be written by hand.
pub fn isolated<W: Plain>() -> Contender {
    let target = Isolated::<W>(PhantomData);
    Contender::emitting::<W, _, _>(names::DIRECT_ISOLATED, Way::Floor, target, W::Event::new(AMOUNT))
}
