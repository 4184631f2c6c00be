//! A slice of function pointers: the least cost if the handlers are not known in one place.

use super::contender::{AMOUNT, Contender, Emit, Way};
use super::names;
use crate::workload::{Amount, Plain, Pointer, checked};

/// The slice is loaded from memory, so that the compiler does not know its length.
struct Pointers<E: 'static>(&'static [Pointer<E>]);

impl<E: Amount> Emit<E> for Pointers<E> {
    #[inline(always)]
    fn emit(&self, event: &E) -> u32 {
        let mut ran = 0;
        for handler in self.0 {
            ran += checked(handler(event));
        }
        ran
    }
}

/// A loop over the function pointers that checks each result.
pub fn contender<W: Plain>() -> Contender {
    let target = Pointers(std::hint::black_box(W::POINTERS));
    Contender::emitting::<W, _, _>(names::POINTERS, Way::Floor, target, W::Event::new(AMOUNT))
}
