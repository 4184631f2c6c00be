use core::cmp::Ordering;

use crate::handler::HandlerMeta;

/// The order of a table: priority, high first; then the full path. Two handlers may share a path, in two function
/// bodies; then file, line and column tell. The same on every machine, linker and build.
///
/// Equal only for handlers that one macro of the user's wrote, from the same tokens, into several function bodies of one
/// module. Such rows run in the order in which the linker left them: the same for each run of one binary. So whoever
/// sorts compares the index after this.
pub(crate) fn compare(a: &HandlerMeta, b: &HandlerMeta) -> Ordering {
    b.priority
        .cmp(&a.priority)
        .then_with(|| a.path.cmp(b.path))
        .then_with(|| a.file.cmp(b.file))
        .then_with(|| a.line.cmp(&b.line))
        .then_with(|| a.column.cmp(&b.column))
        .then_with(|| a.package.cmp(b.package))
}

/// The indices of so many rows, in order. Of no event in particular: a sort is much code, and there are many events.
#[cfg(feature = "alloc")]
pub(super) fn order(rows: usize, meta: &dyn Fn(usize) -> &'static HandlerMeta) -> alloc::boxed::Box<[usize]> {
    let mut order: alloc::vec::Vec<_> = (0..rows).map(|row| (row, meta(row))).collect();
    order.sort_unstable_by(|(row_a, a), (row_b, b)| compare(a, b).then(row_a.cmp(row_b)));
    order.into_iter().map(|(row, _)| row).collect()
}
