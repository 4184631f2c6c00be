//! A histogram that one thread writes and others read meanwhile.
//!
//! Its cells are those of an HDR histogram: each power of two is cut into 256 equal parts, so a value is off by at most
//! 0.4 %. They are atomics that only their own thread writes, with plain moves, so recording takes no lock and no
//! read-modify-write. A reader gets an [`hdrhistogram::Histogram`].

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hdrhistogram::Histogram;

use crate::body::broken;

const SUB_BITS: u32 = 8;

/// Parts of a power of two.
const SUB: usize = 1 << SUB_BITS;

/// The number of bits of the highest value: 18 minutes in nanoseconds. Higher values count as this one.
const BITS: u32 = 40;

const CELLS: usize = (BITS - SUB_BITS) as usize * SUB + SUB;

/// Counts by nanoseconds.
pub struct Counts {
    cells: Box<[AtomicU64]>,
}

/// The values of the cells at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    cells: Box<[u64]>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { cells: (0..CELLS).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Counts {
    /// Counts a value. `exclusive`: no other thread writes here.
    #[inline]
    pub fn record(&self, ns: u64, exclusive: bool) {
        let cell = &self.cells[index(ns)];
        if exclusive {
            cell.store(cell.load(Relaxed) + 1, Relaxed);
        } else {
            cell.fetch_add(1, Relaxed);
        }
    }

    /// Adds these counts to `sum`.
    pub fn add_to(&self, sum: &mut Snapshot) {
        for (sum, cell) in sum.cells.iter_mut().zip(&self.cells) {
            *sum += cell.load(Relaxed);
        }
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self { cells: vec![0; CELLS].into_boxed_slice() }
    }
}

impl Snapshot {
    /// What was counted since `before`.
    pub fn since(&self, before: &Self) -> Histogram<u64> {
        // Three digits are more precise than any cell.
        let mut histogram =
            Histogram::new_with_bounds(1, 1 << BITS, 3).unwrap_or_else(|error| broken(&error));
        for (index, (now, before)) in self.cells.iter().zip(&before.cells).enumerate() {
            if now > before {
                histogram.saturating_record_n(highest(index), now - before);
            }
        }
        histogram
    }
}

/// The cell of a value.
#[inline]
fn index(ns: u64) -> usize {
    let ns = ns.min((1 << BITS) - 1);
    // Values below 2 * SUB have a cell each.
    let shift = (u64::BITS - (ns | SUB as u64).leading_zeros()) - (SUB_BITS + 1);
    shift as usize * SUB + (ns >> shift) as usize
}

/// The highest value of a cell.
fn highest(index: usize) -> u64 {
    let shift = (index / SUB).saturating_sub(1);
    let low = (index - shift * SUB) as u64;
    ((low + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_its_cell_and_off_by_less_than_half_a_percent() {
        let mut last = 0;
        for ns in (0..5_000)
            .chain((13..BITS).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + (1 << bit) / 3]))
        {
            let at = index(ns);
            assert!(at >= last, "cells go up with values: {ns}");
            last = at;
            let shown = highest(at);
            assert!(shown >= ns && shown - ns <= ns / 256, "{ns} is shown as {shown}");
            assert!(at == 0 || highest(at - 1) < ns, "{ns} is above the cell before");
        }
        assert_eq!(index(u64::MAX), CELLS - 1, "what is beyond counts in the last cell");
    }

    #[test]
    fn a_histogram_has_what_came_since_and_nothing_else() {
        let counts = Counts::default();
        counts.record(1_000, true);
        let mut before = Snapshot::default();
        counts.add_to(&mut before);
        counts.record(5_000, true);
        counts.record(5_000, false);
        let mut after = Snapshot::default();
        counts.add_to(&mut after);
        let histogram = after.since(&before);
        assert_eq!((histogram.len(), histogram.count_between(4_950, 5_050)), (2, 2));
    }
}
