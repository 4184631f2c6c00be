//! Dropping what is not ours.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Drops values one by one. A drop that panics keeps none of the others from theirs; two panics at a time would end the
/// process. Returns whether one panicked.
pub(super) fn drop_each<T>(values: impl IntoIterator<Item = T>) -> bool {
    let mut panicked = false;
    for value in values {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
            panicked = true;
            // Its drop is foreign code too; what that panics with is left where it is.
            if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                mem::forget(another);
            }
        }
    }
    panicked
}
