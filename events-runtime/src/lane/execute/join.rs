//! Concurrent futures in one task.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

enum Run<F: Future> {
    Pending(F),
    Done(F::Output),
}

/// Awaits all futures, first polled in order. Returns their outputs in the same order.
pub(super) async fn join<F: Future + Unpin>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut runs: Vec<_> = futures.map(Run::Pending).collect();
    poll_fn(|task| {
        let mut is_over = true;
        for run in &mut runs {
            if let Run::Pending(future) = run {
                match Pin::new(future).poll(task) {
                    Poll::Ready(output) => *run = Run::Done(output),
                    Poll::Pending => is_over = false,
                }
            }
        }
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let outputs = runs.into_iter().filter_map(|run| match run {
        Run::Done(output) => Some(output),
        Run::Pending(_) => None,
    });
    outputs.collect()
}
