use core::cmp::Ordering;

use crate::event::Event;
use crate::handler::{Entry, HandlerMeta};

/// The order of a table: priority, high first; then the full path. Two handlers may share a path, in two function
/// bodies; then file, line and column tell. The same on every machine, linker and build.
pub(super) fn compare<E: Event>(a: &Entry<E>, b: &Entry<E>) -> Ordering {
    compare_handlers(a.meta(), b.meta())
}

fn compare_handlers(a: &HandlerMeta, b: &HandlerMeta) -> Ordering {
    b.priority
        .cmp(&a.priority)
        .then_with(|| a.path.cmp(b.path))
        .then_with(|| a.file.cmp(b.file))
        .then_with(|| a.line.cmp(&b.line))
        .then_with(|| a.column.cmp(&b.column))
        .then_with(|| a.package.cmp(b.package))
}
