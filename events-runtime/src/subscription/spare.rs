//! Memory of closed slots, to be used again by the thread that has found them: the allocator takes long to free, on one thread,
//! what others have allocated.

use std::cell::RefCell;
use std::sync::Arc;

use super::list::Slot;

/// The most that a thread keeps.
const MOST: usize = 256;

thread_local! {
    static SPARE: RefCell<Vec<Arc<Slot>>> = const { RefCell::new(Vec::new()) };
}

/// Shares a slot, in memory that was kept, if there is any.
pub(super) fn take(slot: Slot) -> Arc<Slot> {
    // A thread that ends has none.
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

/// Keeps those that nobody else holds.
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
