use core::cmp::Ordering;

use crate::handler::HandlerMeta;

/// The order of a table: by priority, high first, then by full path. Two handlers in two function bodies may have the same
/// path; they are ordered by file, line and column. The order is the same on every machine, linker and build.
///
/// Handlers are equal only if a macro of the user wrote them from the same tokens into several function bodies of one module.
/// Such rows run in the order in which the linker placed them, which is the same for each run of one binary. The caller
/// therefore compares the index after this.
pub(crate) fn compare(a: &HandlerMeta, b: &HandlerMeta) -> Ordering {
    b.priority
        .cmp(&a.priority)
        .then_with(|| a.path.cmp(b.path))
        .then_with(|| a.file.cmp(b.file))
        .then_with(|| a.line.cmp(&b.line))
        .then_with(|| a.column.cmp(&b.column))
        .then_with(|| a.package.cmp(b.package))
}

/// The indices of the rows, in order. It is not generic over the event: a sort is much code, and there are many events.
#[cfg(feature = "alloc")]
pub(super) fn order(rows: usize, meta: &dyn Fn(usize) -> &'static HandlerMeta) -> alloc::boxed::Box<[usize]> {
    let mut order: alloc::vec::Vec<_> = (0..rows).map(|row| (row, meta(row))).collect();
    order.sort_unstable_by(|(row_a, a), (row_b, b)| compare(a, b).then(row_a.cmp(row_b)));
    order.into_iter().map(|(row, _)| row).collect()
}
