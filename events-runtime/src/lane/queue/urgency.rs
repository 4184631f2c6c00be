//! Decides which urgency is next.

use events_core::event::Urgency;

/// All urgencies, the highest first.
pub(in crate::lane) const URGENCIES: [Urgency; 3] = [Urgency::High, Urgency::Normal, Urgency::Low];

/// Of 16 events that are taken while all urgencies wait, this many are of each, so that none starves.
pub(in crate::lane) const SHARES: [u32; 3] = [12, 3, 1];

/// The level of an urgency: its index in arrays.
pub(in crate::lane) const fn level(urgency: Urgency) -> usize {
    match urgency {
        Urgency::High => 0,
        Urgency::Normal => 1,
        Urgency::Low => 2,
    }
}

/// How much of each urgency's share is left in this round.
pub(in crate::lane) struct Shares {
    left: [u32; 3],
}

impl Shares {
    pub(in crate::lane) const fn new() -> Self {
        Self { left: SHARES }
    }

    /// The level to take from next, and how many at most: the highest level that waits and has some of its share left.
    /// If no waiting level has any left, a new round begins.
    pub(in crate::lane) fn next(&mut self, waits: impl Fn(usize) -> bool) -> Option<(usize, u32)> {
        let mut anyone = false;
        for level in 0..SHARES.len() {
            if waits(level) {
                if self.left[level] > 0 {
                    return Some((level, self.left[level]));
                }
                anyone = true;
            }
        }
        if !anyone {
            return None;
        }
        self.left = SHARES;
        let level = (0..SHARES.len()).find(|&level| waits(level))?;
        Some((level, self.left[level]))
    }

    /// Subtracts what was taken of a level from its share.
    pub(in crate::lane) fn took(&mut self, level: usize, count: u32) {
        self.left[level] = self.left[level].saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(waiting: [bool; 3], rounds: u32) -> [u32; 3] {
        let mut share = Shares::new();
        let mut taken = [0; 3];
        for _ in 0..rounds {
            let (level, _) = share.next(|level| waiting[level]).unwrap();
            share.took(level, 1);
            taken[level] += 1;
        }
        taken
    }

    #[test]
    fn of_sixteen_each_gets_its_share() {
        assert_eq!(taken([true; 3], 16), SHARES);
        assert_eq!(taken([true; 3], 1600), SHARES.map(|share| share * 100));
    }

    #[test]
    fn an_urgency_that_does_not_wait_leaves_its_share_to_the_others() {
        assert_eq!(taken([false, false, true], 100), [0, 0, 100]);
        assert_eq!(taken([true, false, true], 130), [120, 0, 10]);
        assert_eq!(Shares::new().next(|_| false), None);
    }
}
