//! How many workers a lane is to have, within its range: a decision from what one look after another shows.

use std::time::{Duration, Instant};

use crate::lane::config::Workers;

/// The time between two looks at a lane that is at work: a message that is seen by both has waited so long.
pub(super) const LOOK: Duration = Duration::from_millis(10);

/// How long a worker is kept that is not needed.
const PATIENCE: Duration = Duration::from_secs(1);

/// The same, where the lane has needed such workers again each time, soon after they had gone.
const MOST_PATIENCE: Duration = Duration::from_secs(60);

/// What one look at a lane shows.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) now: Instant,
    /// How many messages were ever put into each queue, and taken out of it; and the same of the jobs that wait beside them.
    pub(super) positions: [(u64, u64); 4],
    /// When the next retry or delayed message is due.
    pub(super) next_due: Option<Instant>,
    /// How many were dropped to make room.
    pub(super) dropped: u64,
    /// Whether messages wait in a batch that a worker took for itself.
    pub(super) batch_waits: bool,
    /// How many workers have something under way.
    pub(super) busy: usize,
    /// Whether all workers have something under way, and another would find something to do if anything waits in the queues.
    pub(super) is_short: bool,
    /// Whether nothing is under way, and nothing can begin.
    pub(super) is_quiet: bool,
    /// How many workers there are to be.
    pub(super) target: usize,
    pub(super) range: Workers,
}

/// What is to be done after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There are to be so many workers.
    Resize(usize),
    /// The next look is due then.
    Look(Instant),
    /// The next look is due when a worker finds something to do, or then.
    Doze(Option<Instant>),
}

/// What the looks so far have shown.
pub(in crate::lane) struct Sizing {
    /// What the last look showed. `None` if the lane was quiet since.
    last: Option<Load>,
    /// The most workers that were busy at once in the time that ends at `judged_at`.
    peak: usize,
    /// When those are given up that were not needed.
    judged_at: Instant,
    patience: Duration,
    /// When there were last made fewer.
    shrunk_at: Option<Instant>,
    /// Until when there are to be no more, for the last could not be started.
    failed_until: Option<Instant>,
}

impl Sizing {
    pub(in crate::lane) fn new(now: Instant) -> Self {
        Self {
            last: None,
            peak: 0,
            judged_at: now + PATIENCE,
            patience: PATIENCE,
            shrunk_at: None,
            failed_until: None,
        }
    }

    /// Takes in that a worker could not be started: the next try comes later.
    pub(in crate::lane) fn failed(&mut self, now: Instant) {
        self.failed_until = Some(now + self.patience);
    }

    /// Takes in what a look shows.
    pub(super) fn look(&mut self, load: Load) -> Step {
        self.peak = self.peak.max(load.busy);
        if let Some(more) = self.growth(&load) {
            let is_soon = self.shrunk_at.is_some_and(|then| load.now < then + self.patience * 4);
            self.patience = if is_soon { (self.patience * 2).min(MOST_PATIENCE) } else { PATIENCE };
            self.judged_at = load.now + self.patience;
            self.peak = more;
            return Step::Resize(more);
        }
        if load.now >= self.judged_at {
            let peak = std::mem::replace(&mut self.peak, load.busy);
            self.judged_at = load.now + self.patience;
            let fewer = peak.max(load.range.min);
            if fewer < load.target {
                self.shrunk_at = Some(load.now);
                return Step::Resize(fewer);
            }
        }
        if load.is_quiet {
            self.last = None;
            return Step::Doze((load.target > load.range.min).then_some(self.judged_at));
        }
        Step::Look(self.last.map_or(load.now, |last| last.now) + LOOK)
    }

    /// How many workers there are to be, if there are to be more.
    fn growth(&mut self, load: &Load) -> Option<usize> {
        if self.last.is_some_and(|last| load.now < last.now + LOOK) {
            return None;
        }
        let last = self.last.replace(*load)?;
        let is_wanted = load.is_short && load.still_waits(&last) && !load.is_quick(&last);
        let may_start = self.failed_until.is_none_or(|until| until <= load.now);
        let more = (load.target + (load.target / 2).max(1)).min(load.range.max);
        (is_wanted && may_start && more > load.target).then_some(more)
    }
}

impl Load {
    /// Whether a message that waited at the last look waits now.
    fn still_waits(&self, last: &Self) -> bool {
        let queues = || last.positions.iter().zip(&self.positions);
        let is_old = queues().any(|((put, _), (_, taken))| taken < put);
        let is_same_batch = last.batch_waits && self.batch_waits && last.taken() == self.taken();
        let is_overrun = self.dropped > last.dropped && self.positions.iter().any(|(put, taken)| taken < put);
        let is_overdue = self.next_due.is_some_and(|due| due <= last.now);
        is_old || is_same_batch || is_overrun || is_overdue
    }

    /// Whether messages take less than a microsecond each: then workers would mostly wait for the lane's lock, and one that
    /// takes batches does better alone.
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

    /// A lane on paper.
    struct Paper {
        sizing: Sizing,
        load: Load,
    }

    impl Paper {
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

        fn idle(&mut self) {
            self.load.positions.iter_mut().for_each(|(put, taken)| *taken = *put);
            (self.load.busy, self.load.is_short, self.load.is_quiet) = (0, false, true);
        }

        fn look(&mut self) -> Step {
            let step = self.sizing.look(self.load);
            if let Step::Resize(workers) = step {
                assert!((self.load.range.min..=self.load.range.max).contains(&workers));
                self.load.target = workers;
            }
            step
        }

        fn look_after(&mut self, time: Duration) -> Step {
            self.load.now += time;
            self.look()
        }
    }

    #[test]
    fn it_grows_by_half_while_messages_wait_and_never_beyond_its_range() {
        let mut lane = Paper::new(1..=8);
        lane.all_busy();
        assert_eq!(lane.look(), Step::Look(lane.load.now + LOOK), "nothing has waited yet");
        let mut targets = vec![];
        for _ in 0..9 {
            lane.load.busy = lane.load.target;
            lane.look_after(LOOK);
            targets.push(lane.load.target);
        }
        assert_eq!(targets, [2, 3, 4, 6, 8, 8, 8, 8, 8]);
    }

    #[test]
    fn a_look_that_comes_early_says_nothing() {
        let mut lane = Paper::new(1..=8);
        lane.all_busy();
        lane.look();
        let due = lane.load.now + LOOK;
        assert_eq!(lane.look_after(LOOK / 2), Step::Look(due));
        assert_eq!(lane.look_after(LOOK / 2), Step::Resize(2));
    }

    #[test]
    fn it_stays_where_more_workers_would_find_nothing_or_get_in_each_others_way() {
        let changes: [fn(&mut Load); 3] = [
            // All that waited at the last look was taken.
            |load| load.positions = load.positions.map(|(put, _)| (put + 1, put)),
            // A worker is idle all the same: what waits has to wait for something else.
            |load| load.is_short = false,
            // 20,000 messages in 10 ms.
            |load| load.positions[0] = (100_000, load.positions[0].1 + 20_000),
        ];
        for change in changes {
            let mut lane = Paper::new(1..=8);
            lane.all_busy();
            lane.load.positions[0].0 = 100_000;
            lane.look();
            for _ in 0..10 {
                change(&mut lane.load);
                lane.look_after(LOOK);
                assert_eq!(lane.load.target, 1);
            }
        }
    }

    #[test]
    fn it_grows_for_whatever_waits() {
        let changes: [fn(&mut Load); 5] = [
            |load| load.positions = [(100, 100), (100, 100), (1, 0), (0, 0)],
            |load| load.positions = [(100, 100), (0, 0), (0, 0), (1, 0)],
            |load| load.next_due = Some(load.now - LOOK),
            |load| (load.positions[0], load.batch_waits) = ((64, 64), true),
            |load| {
                (load.positions[1], load.dropped) =
                    ((load.positions[1].0 + 9, load.positions[1].0), load.dropped + 9)
            },
        ];
        for change in changes {
            let mut lane = Paper::new(1..=8);
            lane.all_busy();
            lane.load.positions = [(0, 0); 4];
            change(&mut lane.load);
            lane.look();
            change(&mut lane.load);
            assert_eq!(lane.look_after(LOOK), Step::Resize(2));
        }
    }

    #[test]
    fn it_shrinks_to_what_was_needed_when_that_was_enough_for_long() {
        let mut lane = Paper::new(2..=9);
        lane.load.target = 9;
        (lane.load.busy, lane.load.is_quiet) = (4, false);
        lane.look();
        lane.load.busy = 3;
        assert!(matches!(lane.look_after(PATIENCE - LOOK), Step::Look(_)));
        assert_eq!(lane.look_after(LOOK), Step::Resize(4), "four were busy once");
        lane.idle();
        assert_eq!(lane.look_after(LOOK), Step::Doze(Some(lane.load.now + PATIENCE - LOOK)));
        assert_eq!(lane.look_after(PATIENCE - LOOK), Step::Resize(3), "three were busy when that time began");
        lane.look_after(PATIENCE);
        assert_eq!(lane.load.target, 2);
        assert_eq!(lane.look(), Step::Doze(None), "there is nothing to give up");
    }

    #[test]
    fn it_gives_up_workers_ever_later_where_it_needs_them_again_soon() {
        let mut lane = Paper::new(1..=2);
        let mut kept = vec![];
        for _ in 0..8 {
            lane.all_busy();
            while lane.load.target == 1 {
                lane.look_after(LOOK);
            }
            lane.idle();
            let grown = lane.load.now;
            while lane.load.target == 2 {
                lane.look_after(PATIENCE / 2);
            }
            kept.push((lane.load.now - grown).as_secs());
        }
        // The first time to be judged begins with the two of them busy, so it takes a second one.
        assert!(kept.is_sorted() && kept[1] > kept[0], "{kept:?}");
        assert_eq!(kept[7], 2 * MOST_PATIENCE.as_secs().min(60));
        // After a long time without need it is as at first.
        lane.load.now += MOST_PATIENCE * 10;
        lane.all_busy();
        while lane.load.target == 1 {
            lane.look_after(LOOK);
        }
        assert_eq!(lane.sizing.patience, PATIENCE);
    }

    #[test]
    fn a_worker_that_could_not_be_started_is_tried_again_later() {
        let mut lane = Paper::new(1..=8);
        lane.all_busy();
        lane.look();
        assert_eq!(lane.look_after(LOOK), Step::Resize(2));
        lane.load.target = 1;
        lane.sizing.failed(lane.load.now);
        for _ in 0..99 {
            assert!(matches!(lane.look_after(LOOK), Step::Look(_)));
        }
        assert_eq!(lane.look_after(LOOK), Step::Resize(2));
    }
}
