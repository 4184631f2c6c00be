//! Decides how many workers a lane has, within its range, from regular samples of its load.

use std::time::{Duration, Instant};

use crate::lane::config::Workers;

/// The time between two samples of a busy lane. A message that waits in both has waited at least this long.
pub(super) const SAMPLE_INTERVAL: Duration = Duration::from_millis(10);

/// How long a worker is kept that is not needed.
const KEEP_IDLE: Duration = Duration::from_secs(1);

/// The longest such time. It doubles each time the lane needs more workers soon after it had reduced them.
const MAX_KEEP_IDLE: Duration = Duration::from_secs(60);

/// For how many samples a lane that makes no progress waits for a worker that has not come yet, before it starts another. The
/// thread of that worker may be blocked by a handler, and then it does not come.
const COMING: u32 = 20;

/// A sample of a lane's load.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) now: Instant,
    /// How many messages were ever put into each queue and taken from it; the last pair counts jobs that wait outside
    /// of the queues.
    pub(super) positions: [(u64, u64); 4],
    /// When the next retry or delayed message is due.
    pub(super) next_due: Option<Instant>,
    /// How many messages were dropped to make room.
    pub(super) dropped: u64,
    /// Whether messages wait in a local batch.
    pub(super) batch_waits: bool,
    /// How many workers have something under way.
    pub(super) busy: usize,
    /// Whether no worker sleeps, and another would find something to do if anything waits in the queues.
    pub(super) is_short: bool,
    /// Whether all workers have something under way. Otherwise one was started or woken, and has not come yet.
    pub(super) is_all_busy: bool,
    /// Whether nothing is under way, and nothing can begin.
    pub(super) is_quiet: bool,
    /// How many workers the lane should have.
    pub(super) target: usize,
    pub(super) range: Workers,
}

/// What to do after a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Change the number of workers to this.
    Resize(usize),
    /// Take the next sample at this time.
    Sample(Instant),
    /// Take the next sample when a worker finds something to do, or at this time.
    Sleep(Option<Instant>),
}

/// The state of the decision.
pub(in crate::lane) struct Sizing {
    /// The last sample. `None` if the lane was quiet since.
    last: Option<Load>,
    /// The most workers that were busy at once since the number was last reviewed.
    peak: usize,
    /// When workers that were not needed are given up next.
    review_at: Instant,
    keep_idle: Duration,
    /// How many samples the lane has made no progress.
    stalled: u32,
    /// When the number was last reduced.
    shrunk_at: Option<Instant>,
    /// The number does not grow before this time, because a worker could not be started.
    failed_until: Option<Instant>,
}

impl Sizing {
    pub(in crate::lane) fn new(now: Instant) -> Self {
        Self {
            last: None,
            peak: 0,
            review_at: now + KEEP_IDLE,
            keep_idle: KEEP_IDLE,
            stalled: 0,
            shrunk_at: None,
            failed_until: None,
        }
    }

    /// Records that a worker could not be started, which delays the next try.
    pub(in crate::lane) fn failed(&mut self, now: Instant) {
        self.failed_until = Some(now + self.keep_idle);
    }

    /// Decides what to do after a sample.
    pub(super) fn decide(&mut self, load: Load) -> Step {
        self.peak = self.peak.max(load.busy);
        if let Some(more) = self.growth(&load) {
            let is_soon = self.shrunk_at.is_some_and(|then| load.now < then + self.keep_idle * 4);
            self.keep_idle = if is_soon { (self.keep_idle * 2).min(MAX_KEEP_IDLE) } else { KEEP_IDLE };
            self.review_at = load.now + self.keep_idle;
            self.peak = more;
            return Step::Resize(more);
        }
        if load.now >= self.review_at {
            let peak = std::mem::replace(&mut self.peak, load.busy);
            self.review_at = load.now + self.keep_idle;
            let fewer = peak.max(load.range.min);
            if fewer < load.target {
                self.shrunk_at = Some(load.now);
                return Step::Resize(fewer);
            }
        }
        if load.is_quiet {
            self.last = None;
            return Step::Sleep((load.target > load.range.min).then_some(self.review_at));
        }
        Step::Sample(self.last.map_or(load.now, |last| last.now) + SAMPLE_INTERVAL)
    }

    /// The new number of workers, if it grows.
    fn growth(&mut self, load: &Load) -> Option<usize> {
        if self.last.is_some_and(|last| load.now < last.now + SAMPLE_INTERVAL) {
            return None;
        }
        let last = self.last.replace(*load)?;
        self.stalled = if last.taken() == load.taken() { self.stalled + 1 } else { 0 };
        let is_short = load.is_short && (load.is_all_busy || self.stalled >= COMING);
        let is_needed = is_short && load.still_waits(&last) && !load.is_quick(&last);
        let may_start = self.failed_until.is_none_or(|until| until <= load.now);
        let more = (load.target + (load.target / 2).max(1)).min(load.range.max);
        (is_needed && may_start && more > load.target).then_some(more)
    }
}

impl Load {
    /// Whether a message that waited at the last sample still waits.
    fn still_waits(&self, last: &Self) -> bool {
        let queues = || last.positions.iter().zip(&self.positions);
        let is_old = queues().any(|((put, _), (_, taken))| taken < put);
        let is_same_batch = last.batch_waits && self.batch_waits && last.taken() == self.taken();
        let is_overrun = self.dropped > last.dropped && self.positions.iter().any(|(put, taken)| taken < put);
        let is_overdue = self.next_due.is_some_and(|due| due <= last.now);
        is_old || is_same_batch || is_overrun || is_overdue
    }

    /// Whether messages take less than a microsecond each. More workers would then mostly wait for the lane's lock, and
    /// one worker with local batches is faster.
    fn is_quick(&self, last: &Self) -> bool {
        let micros = (self.now - last.now).as_micros() * self.target as u128;
        u128::from(self.taken() - last.taken()) > micros
    }

    fn taken(&self) -> u64 {
        self.positions.iter().map(|(_, taken)| taken).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A simulated lane.
    struct SimulatedLane {
        sizing: Sizing,
        load: Load,
    }

    impl SimulatedLane {
        fn new(range: std::ops::RangeInclusive<usize>) -> Self {
            let (now, range) = (Instant::now(), Workers::from(range));
            let load = Load {
                now,
                positions: [(0, 0); 4],
                next_due: None,
                dropped: 0,
                batch_waits: false,
                busy: 0,
                is_short: false,
                is_all_busy: true,
                is_quiet: true,
                target: range.min,
                range,
            };
            Self { sizing: Sizing::new(now), load }
        }

        /// All workers are busy, and one more message waits in each queue.
        fn all_busy(&mut self) {
            self.load.positions.iter_mut().for_each(|(put, _)| *put += 1);
            (self.load.busy, self.load.is_short, self.load.is_quiet) = (self.load.target, true, false);
        }

        /// One message waits for a worker that was woken and has not come.
        fn one_is_coming(&mut self) {
            self.all_busy();
            self.load.is_all_busy = false;
        }

        fn idle(&mut self) {
            self.load.positions.iter_mut().for_each(|(put, taken)| *taken = *put);
            (self.load.busy, self.load.is_short, self.load.is_quiet) = (0, false, true);
        }

        fn sample(&mut self) -> Step {
            let step = self.sizing.decide(self.load);
            if let Step::Resize(workers) = step {
                assert!((self.load.range.min..=self.load.range.max).contains(&workers));
                self.load.target = workers;
            }
            step
        }

        fn sample_after(&mut self, time: Duration) -> Step {
            self.load.now += time;
            self.sample()
        }
    }

    #[test]
    fn it_grows_by_half_while_messages_wait_and_never_beyond_its_range() {
        let mut lane = SimulatedLane::new(1..=8);
        lane.all_busy();
        assert_eq!(lane.sample(), Step::Sample(lane.load.now + SAMPLE_INTERVAL), "nothing has waited yet");
        let mut targets = vec![];
        for _ in 0..9 {
            lane.load.busy = lane.load.target;
            lane.sample_after(SAMPLE_INTERVAL);
            targets.push(lane.load.target);
        }
        assert_eq!(targets, [2, 3, 4, 6, 8, 8, 8, 8, 8]);
    }

    #[test]
    fn a_sample_that_is_too_early_changes_nothing() {
        let mut lane = SimulatedLane::new(1..=8);
        lane.all_busy();
        lane.sample();
        let due = lane.load.now + SAMPLE_INTERVAL;
        assert_eq!(lane.sample_after(SAMPLE_INTERVAL / 2), Step::Sample(due));
        assert_eq!(lane.sample_after(SAMPLE_INTERVAL / 2), Step::Resize(2));
    }

    #[test]
    fn it_does_not_grow_if_more_workers_would_be_idle_or_slower() {
        let changes: [fn(&mut Load); 3] = [
            // All messages that waited at the last sample were taken.
            |load| load.positions = load.positions.map(|(put, _)| (put + 1, put)),
            // A worker is idle, so messages wait for something else.
            |load| load.is_short = false,
            // 20,000 messages in 10 ms.
            |load| load.positions[0] = (100_000, load.positions[0].1 + 20_000),
        ];
        for change in changes {
            let mut lane = SimulatedLane::new(1..=8);
            lane.all_busy();
            lane.load.positions[0].0 = 100_000;
            lane.sample();
            for _ in 0..10 {
                change(&mut lane.load);
                lane.sample_after(SAMPLE_INTERVAL);
                assert_eq!(lane.load.target, 1);
            }
        }
    }

    #[test]
    fn it_grows_for_anything_that_waits() {
        let changes: [fn(&mut Load); 5] = [
            |load| load.positions = [(100, 100), (100, 100), (1, 0), (0, 0)],
            |load| load.positions = [(100, 100), (0, 0), (0, 0), (1, 0)],
            |load| load.next_due = Some(load.now - SAMPLE_INTERVAL),
            |load| (load.positions[0], load.batch_waits) = ((64, 64), true),
            |load| {
                (load.positions[1], load.dropped) =
                    ((load.positions[1].0 + 9, load.positions[1].0), load.dropped + 9)
            },
        ];
        for change in changes {
            let mut lane = SimulatedLane::new(1..=8);
            lane.all_busy();
            lane.load.positions = [(0, 0); 4];
            change(&mut lane.load);
            lane.sample();
            change(&mut lane.load);
            assert_eq!(lane.sample_after(SAMPLE_INTERVAL), Step::Resize(2));
        }
    }

    #[test]
    fn it_shrinks_to_the_workers_that_were_needed() {
        let mut lane = SimulatedLane::new(2..=9);
        lane.load.target = 9;
        (lane.load.busy, lane.load.is_quiet) = (4, false);
        lane.sample();
        lane.load.busy = 3;
        assert!(matches!(lane.sample_after(KEEP_IDLE - SAMPLE_INTERVAL), Step::Sample(_)));
        assert_eq!(lane.sample_after(SAMPLE_INTERVAL), Step::Resize(4), "four were busy once");
        lane.idle();
        assert_eq!(
            lane.sample_after(SAMPLE_INTERVAL),
            Step::Sleep(Some(lane.load.now + KEEP_IDLE - SAMPLE_INTERVAL))
        );
        assert_eq!(
            lane.sample_after(KEEP_IDLE - SAMPLE_INTERVAL),
            Step::Resize(3),
            "three were busy when that time began"
        );
        lane.sample_after(KEEP_IDLE);
        assert_eq!(lane.load.target, 2);
        assert_eq!(lane.sample(), Step::Sleep(None), "there is nothing to give up");
    }

    #[test]
    fn it_keeps_workers_longer_if_it_needs_them_again_soon() {
        let mut lane = SimulatedLane::new(1..=2);
        let mut kept = vec![];
        for _ in 0..8 {
            lane.all_busy();
            while lane.load.target == 1 {
                lane.sample_after(SAMPLE_INTERVAL);
            }
            lane.idle();
            let grown = lane.load.now;
            while lane.load.target == 2 {
                lane.sample_after(KEEP_IDLE / 2);
            }
            kept.push((lane.load.now - grown).as_secs());
        }
        // Both workers are busy when the first review period begins, so only the second one reduces them.
        assert!(kept.is_sorted() && kept[1] > kept[0], "{kept:?}");
        assert_eq!(kept[7], 2 * MAX_KEEP_IDLE.as_secs().min(60));
        // After a long quiet time the period is the initial one again.
        lane.load.now += MAX_KEEP_IDLE * 10;
        lane.all_busy();
        while lane.load.target == 1 {
            lane.sample_after(SAMPLE_INTERVAL);
        }
        assert_eq!(lane.sizing.keep_idle, KEEP_IDLE);
    }

    #[test]
    fn a_worker_that_could_not_be_started_is_tried_again_later() {
        let mut lane = SimulatedLane::new(1..=8);
        lane.all_busy();
        lane.sample();
        assert_eq!(lane.sample_after(SAMPLE_INTERVAL), Step::Resize(2));
        lane.load.target = 1;
        lane.sizing.failed(lane.load.now);
        for _ in 0..99 {
            assert!(matches!(lane.sample_after(SAMPLE_INTERVAL), Step::Sample(_)));
        }
        assert_eq!(lane.sample_after(SAMPLE_INTERVAL), Step::Resize(2));
    }

    #[test]
    fn a_worker_that_does_not_come_is_not_waited_for_without_end() {
        let mut lane = SimulatedLane::new(1..=8);
        lane.one_is_coming();
        let mut grown_after = 0;
        while lane.load.target == 1 {
            lane.sample();
            lane.load.now += SAMPLE_INTERVAL;
            grown_after += 1;
            assert!(grown_after < 10 * COMING);
        }
        assert!(grown_after > COMING);
    }
}
