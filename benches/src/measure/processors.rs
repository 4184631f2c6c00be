//! How much processor time a measurement had.
//!
//! Figures about contention mean nothing if other programs keep the processors busy, because then the measured threads
//! do not run at the same time.

use std::fs;
use std::time::Duration;

/// How long this thread has run so far; `None` if the system does not report it.
pub fn of_this_thread() -> Option<Duration> {
    // Time on a processor, time in a queue for one, and how often, in nanoseconds.
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// How long processes that this one started and waited for have run so far, with those that they waited for; `None` if
/// the system does not report it. In steps of 10 ms.
pub fn of_children() -> Option<Duration> {
    let statistics = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in brackets, which may contain anything. The 16th and the 17th field are the user and
    // the system time, in hundredths of a second.
    let mut fields = statistics.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10) * u32::try_from(next()? + next()?).ok()?)
}

/// The share of the available processors that the measured threads must have had in a round that counts.
const QUIET: f64 = 0.9;

/// The condition for a round to count, as text.
pub const WANTED: &str = "a round counts where its threads had 90 % of them";

/// The fewest rounds for a median.
const FEWEST: usize = 5;

/// Whether threads that had `had` of `available` processors were undisturbed by other programs. If the system does not
/// report it, they count as undisturbed.
pub fn undisturbed(had: Option<f64>, available: usize) -> bool {
    had.is_none_or(|had| had >= available as f64 * QUIET)
}

/// The undisturbed rounds, and whether there were enough of them. If not, all rounds.
pub fn quiet<T: Copy>(rounds: &[(T, Option<f64>)], available: usize) -> (Vec<T>, bool) {
    let undisturbed = rounds.iter().filter(|(_, had)| undisturbed(*had, available));
    let quiet: Vec<T> = undisturbed.map(|&(round, _)| round).collect();
    if quiet.len() >= FEWEST.min(rounds.len()) {
        (quiet, true)
    } else {
        (rounds.iter().map(|&(round, _)| round).collect(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disturbed_rounds_are_left_out_while_enough_others_remain() {
        let rounds =
            [(1, Some(1.9)), (2, Some(1.2)), (3, Some(2.0)), (4, Some(1.85)), (5, None), (6, Some(1.8))];
        assert_eq!(quiet(&rounds, 2), (vec![1, 3, 4, 5, 6], true));
        assert_eq!(quiet(&rounds[..5], 2), (vec![1, 2, 3, 4, 5], false), "four are not enough");
        assert_eq!(quiet(&rounds[2..4], 2), (vec![3, 4], true), "there are no more");
    }

    #[test]
    fn a_thread_that_works_is_seen_to_run() {
        let Some(before) = of_this_thread() else { return };
        let begin = std::time::Instant::now();
        while begin.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        // The statistics are updated when the thread is switched.
        std::thread::yield_now();
        assert!(of_this_thread() > Some(before));
    }
}
