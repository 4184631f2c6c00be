//! Timings of several contenders, taken in turns.
//!
//! The speed of a machine changes during a measurement: other programs run, and the clock rate varies. So all
//! contenders take turns in short rounds, and figures of the same round are compared with each other. The median over
//! all rounds ignores those that were disturbed.

use std::time::{Duration, Instant};

use crate::contenders::Contender;

/// Nanoseconds per emit, with a row for each contender and a column for each round.
pub struct Samples {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    rounds: Vec<f64>,
}

impl Samples {
    /// Runs all contenders in turns.
    pub fn take(contenders: &[Contender], rounds: usize, block: Duration) -> Self {
        let emits: Vec<u64> = contenders.iter().map(|contender| emits_within(contender, block)).collect();
        let mut rows: Vec<Row> =
            contenders.iter().map(|contender| Row { name: contender.name, rounds: Vec::new() }).collect();
        for round in 0..rounds {
            // The first contender changes from round to round, since the one that ran before leaves its data in the
            // caches.
            for turn in 0..contenders.len() {
                let at = (round + turn) % contenders.len();
                let begin = Instant::now();
                contenders[at].run(emits[at]);
                rows[at].rounds.push(begin.elapsed().as_nanos() as f64 / emits[at] as f64);
            }
        }
        Self { rows }
    }

    fn row(&self, name: &str) -> &[f64] {
        match self.rows.iter().find(|row| row.name == name) {
            Some(row) => &row.rounds,
            None => unreachable!("{name} is measured in every case"),
        }
    }

    /// The median of a contender's nanoseconds.
    pub fn ns(&self, name: &str) -> f64 {
        median(self.row(name).iter().copied())
    }

    /// The median over the rounds of `name`'s time over `floor`'s.
    pub fn ratio(&self, name: &str, floor: &str) -> f64 {
        median(self.row(name).iter().zip(self.row(floor)).map(|(ns, floor)| ns / floor))
    }

    /// The median over the rounds of `name`'s time minus `floor`'s.
    pub fn difference(&self, name: &str, floor: &str) -> f64 {
        median(self.row(name).iter().zip(self.row(floor)).map(|(ns, floor)| ns - floor))
    }
}

/// How many times a contender emits within `block`.
pub fn emits_within(contender: &Contender, block: Duration) -> u64 {
    let mut emits = 1;
    loop {
        // The first run warms up the caches for the second.
        contender.run(emits);
        let begin = Instant::now();
        contender.run(emits);
        let took = begin.elapsed();
        if took * 4 >= block {
            let scaled = emits as f64 * block.as_secs_f64() / took.as_secs_f64();
            return (scaled as u64).max(1);
        }
        emits *= 2;
    }
}

/// The median.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => sorted[len / 2],
        len => f64::midpoint(sorted[len / 2 - 1], sorted[len / 2]),
    }
}
