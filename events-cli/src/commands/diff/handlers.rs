//! Compares the handlers of an event.

use super::changes::Changes;
use super::pair::Pairs;
use super::report::{HandlerChange, HandlerChanges, HandlerNote, Moved};
use crate::model::Handler;

pub(super) fn compare(old: &[Handler], new: &[Handler]) -> HandlerChanges {
    let (pairs, removed, added) = Pairs::of(old, new)
        .by(|handler| {
            (&handler.path, &handler.package_version, &handler.location.file, handler.location.line)
        })
        .by(|handler| (&handler.path, &handler.location.file))
        .by(|handler| &handler.path)
        .done();
    let changed = pairs.iter().filter_map(|&(from, to)| change(&old[from], &new[to]));
    HandlerChanges {
        changed: changed.collect(),
        reordered: moved(&pairs, new),
        added: added.into_iter().map(|(index, handler)| HandlerNote::of(handler, index)).collect(),
        removed: removed.into_iter().map(|(index, handler)| HandlerNote::of(handler, index)).collect(),
    }
}

fn change(old: &Handler, new: &Handler) -> Option<HandlerChange> {
    let mut changes = Changes::default();
    let list = |texts: Vec<&str>| (!texts.is_empty()).then(|| texts.join(", "));
    let arguments =
        |handler: &Handler| list(handler.arguments.iter().map(|argument| argument.ty.as_str()).collect());
    let emits = |handler: &Handler| list(handler.emits.iter().map(|emits| emits.written.as_str()).collect());
    changes.values("priority", &old.priority, &new.priority);
    changes.texts("condition", &old.condition, &new.condition);
    changes.values("async", &old.is_async, &new.is_async);
    changes.values("may stop", &old.may_stop, &new.may_stop);
    changes.values("concurrent", &old.concurrent, &new.concurrent);
    changes.texts("returns", &old.returns, &new.returns);
    changes.texts("arguments", &arguments(old), &arguments(new));
    changes.texts("emits", &emits(old), &emits(new));
    changes.texts("group", &old.group, &new.group);
    changes.texts("retry", &old.retry, &new.retry);
    changes.texts("timeout", &old.timeout, &new.timeout);
    changes.texts("breaker", &old.breaker, &new.breaker);
    changes.texts("batch", &old.batch, &new.batch);
    (!changes.0.is_empty()).then(|| HandlerChange {
        path: new.path.clone(),
        location: new.location.clone(),
        changes: changes.0,
    })
}

/// The smallest set of handlers without which the others have the old order.
fn moved(pairs: &[(usize, usize)], new: &[Handler]) -> Vec<Moved> {
    // The old positions, among the handlers that both have.
    let mut sorted: Vec<usize> = pairs.iter().map(|(old, _)| *old).collect();
    sorted.sort_unstable();
    let places: Vec<usize> =
        pairs.iter().map(|(old, _)| sorted.partition_point(|other| other < old)).collect();
    let stays = longest_increasing(&places);
    let moves = places.iter().enumerate().filter(|(at, _)| !stays[*at]);
    let moves = moves.map(|(at, &place)| {
        let handler = &new[pairs[at].1];
        Moved { path: handler.path.clone(), old: place + 1, new: at + 1, location: handler.location.clone() }
    });
    moves.collect()
}

/// For each position, whether it is part of a longest increasing subsequence.
fn longest_increasing(places: &[usize]) -> Vec<bool> {
    // For each length, the end of the subsequence with the smallest last element.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let length = ends.partition_point(|&end| places[end] < *place);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut belongs = vec![false; places.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        belongs[at] = true;
        next = before[at];
    }
    belongs
}

#[cfg(test)]
mod tests {
    use super::longest_increasing;

    #[test]
    fn as_few_handlers_as_possible_move() {
        let stays = |places: &[usize]| longest_increasing(places).iter().filter(|stays| **stays).count();
        assert_eq!(stays(&[0, 1, 2, 3]), 4);
        assert_eq!(stays(&[3, 0, 1, 2]), 3);
        assert_eq!(stays(&[3, 2, 1, 0]), 1);
        assert_eq!(stays(&[]), 0);
        assert_eq!(longest_increasing(&[1, 0, 2]), [false, true, true]);
    }
}
