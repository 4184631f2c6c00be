//! The order in which handlers run: the counterpart of `table::position` in `events-core`.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::handler::Handler;

/// A handler and its row: the handlers of one group and number are fused.
pub(super) struct Placed {
    pub(super) handler: Handler,
    pub(super) row: Option<u64>,
}

/// Puts the handlers of an event in dispatch order: rows by their first handler, and within a row by path.
pub(super) fn dispatch(mut handlers: Vec<Placed>) -> Vec<Handler> {
    handlers.sort_by(|a, b| compare(&a.handler, &b.handler));
    // A fused row has the position of its first handler, and its other handlers follow.
    let mut rows: HashMap<(String, String, u64, i32), usize> = HashMap::new();
    let mut keyed: Vec<(usize, Handler)> = Vec::with_capacity(handlers.len());
    for (at, Placed { handler, row }) in handlers.into_iter().enumerate() {
        let first = match (&handler.group, row) {
            (Some(group), Some(row)) => {
                let key = (group.clone(), handler.location.file.clone(), row, handler.priority);
                *rows.entry(key).or_insert(at)
            }
            _ => at,
        };
        keyed.push((first, handler));
    }
    keyed.sort_by_key(|(first, _)| *first);
    keyed.into_iter().map(|(_, handler)| handler).collect()
}

/// By priority, high first; then by path; then by place, because two function bodies may contain handlers with one
/// path.
pub(super) fn compare(a: &Handler, b: &Handler) -> Ordering {
    b.priority
        .cmp(&a.priority)
        .then_with(|| a.path.cmp(&b.path))
        .then_with(|| a.location.cmp(&b.location))
        .then_with(|| a.package.cmp(&b.package))
        .then_with(|| a.package_version.cmp(&b.package_version))
}
