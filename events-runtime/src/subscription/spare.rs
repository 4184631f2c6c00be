//! Memory of closed slots, to be used again by the thread that has found them. The allocator takes long to free, on one thread,
//! what other threads have allocated.

use std::cell::RefCell;
use std::sync::Arc;

use super::list::Slot;

/// The most slots that a thread keeps.
const MOST: usize = 256;

thread_local! {
    static SPARE: RefCell<Vec<Arc<Slot>>> = const { RefCell::new(Vec::new()) };
}

/// Puts a slot into memory that this thread has kept, or into new memory.
pub(super) fn take(slot: Slot) -> Arc<Slot> {
    // None while the thread ends.
    let spare = SPARE.try_with(|spare| spare.try_borrow_mut().ok()?.pop()).ok().flatten();
    match spare {
        Some(mut spare) => match Arc::get_mut(&mut spare) {
            Some(memory) => {
                *memory = slot;
                spare
            }
            None => Arc::new(slot),
        },
        None => Arc::new(slot),
    }
}

/// Keeps the memory of these slots, where nobody else holds it. They are empty.
pub(super) fn keep(slots: impl Iterator<Item = Arc<Slot>>) {
    let _ = SPARE.try_with(|spare| {
        if let Ok(mut spare) = spare.try_borrow_mut() {
            let room = MOST.saturating_sub(spare.len());
            spare.extend(
                slots.filter_map(|mut slot| Arc::get_mut(&mut slot).is_some().then_some(slot)).take(room),
            );
        }
    });
}
