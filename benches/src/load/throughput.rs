//! Throughput: producers send as fast as they can, and all targets take turns.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::contest::Figures;
use super::due::Payload;
use super::probe::Probe;
use super::target::{Settings, Tally, Target, Unsupported};
use crate::body::broken;
use crate::measure::allocations;
use crate::measure::samples::median;

/// The rounds of a contest. A queue may have a fast and a slow mode, which only several rounds show.
pub const ROUNDS: usize = 9;

/// A target that takes part in a contest.
pub struct Contestant {
    /// The target's name.
    pub name: String,
    round: Box<dyn Fn(u64) -> Round>,
    rounds: Vec<Round>,
}

/// One round of one contestant.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Events per second, from the first send to the end of the last handler.
    pub rate: f64,
    /// Allocations per event.
    pub allocations: f64,
}

impl Contestant {
    /// A target with this many producers, each a thread that sends as fast as it can.
    ///
    /// Each round starts the target anew. Which threads share a processor is decided when they start, and affects the
    /// speed of a queue more than anything else.
    ///
    /// # Errors
    /// [`Unsupported`] if it cannot be set up like this.
    pub fn new<P: Payload, T: Target<P>>(settings: &Settings, producers: usize) -> Result<Self, Unsupported> {
        T::start(settings, Arc::new(Probe::counting()))?.finish();
        let settings = *settings;
        let round = move |events: u64| {
            let probe = Arc::new(Probe::counting());
            let target = T::start(&settings, probe.clone()).unwrap_or_else(|error| broken(&error));
            let tallies: Vec<Tally> = (0..producers).map(|_| Tally::default()).collect();
            let each = events / producers as u64;
            // Enough events to use all memory of the queue once.
            let warm_up = 2 * settings.capacity as u64;
            produce::<P, T>(&target, &probe, &tallies, warm_up / producers as u64);
            let allocated = allocations::of_all_threads();
            let begin = Instant::now();
            produce::<P, T>(&target, &probe, &tallies, each);
            let seconds = begin.elapsed().as_secs_f64();
            let events = (each * producers as u64) as f64;
            let allocations = (allocations::of_all_threads() - allocated) as f64 / events;
            target.finish();
            Round { rate: events / seconds, allocations }
        };
        Ok(Self { name: T::NAME.to_owned(), round: Box::new(round), rounds: Vec::new() })
    }

    /// The median of its rounds, in events per second.
    pub fn rate(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.rate))
    }

    /// The median of its rounds' allocations per event.
    pub fn allocations(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.allocations))
    }

    /// How many times as fast it was as the fastest of the others, in each round.
    pub fn over(&self, others: &[&Self]) -> Vec<f64> {
        let rounds = self.rounds.iter().enumerate();
        let best = |round: usize| others.iter().map(|other| other.rounds[round].rate).fold(0.0, f64::max);
        rounds.map(|(round, own)| own.rate / best(round)).collect()
    }

    /// The figures of its rounds.
    pub fn figures(&self) -> Figures {
        let rates = || self.rounds.iter().map(|round| round.rate);
        let best = rates().fold(0.0, f64::max);
        Figures {
            name: self.name.clone(),
            median: self.rate(),
            worst: rates().fold(f64::INFINITY, f64::min),
            best,
            slow: rates().filter(|rate| *rate < best / 2.0).count(),
            rounds: self.rounds.len(),
        }
    }
}

/// Each producer sends this many events; returns when all are handled.
fn produce<P: Payload, T: Target<P>>(target: &T, probe: &Probe, tallies: &[Tally], each: u64) {
    let all = probe.handled() + each * tallies.len() as u64;
    let produce = |tally: &Tally| target.produce((0..each).map(|id| P::new(0, id)), tally);
    thread::scope(|scope| {
        // The first producer is this thread, so a round with one producer starts no other.
        for tally in &tallies[1..] {
            scope.spawn(|| produce(tally));
        }
        produce(&tallies[0]);
    });
    while probe.handled() < all {
        std::hint::spin_loop();
    }
}

/// Runs all contestants in turns, [`ROUNDS`] rounds each, after one more to warm up.
pub fn compete(contestants: &mut [Contestant], events: u64) {
    for round in 0..=ROUNDS {
        // The first contestant changes from round to round, since the one that ran before leaves its data in the
        // caches.
        for turn in 0..contestants.len() {
            let at = (round + turn) % contestants.len();
            let contestant = &mut contestants[at];
            let figure = (contestant.round)(events);
            if round > 0 {
                contestant.rounds.push(figure);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contestant(rates: &[f64]) -> Contestant {
        let rounds = rates.iter().map(|&rate| Round { rate, allocations: 0.0 }).collect();
        let round = |_| Round { rate: 0.0, allocations: 0.0 };
        Contestant { name: "a".to_owned(), round: Box::new(round), rounds }
    }

    #[test]
    fn both_modes_are_reported() {
        let Figures { median, worst, best, slow, rounds, .. } =
            contestant(&[70.0, 17.0, 74.0, 18.0, 72.0]).figures();
        assert_eq!((median, worst, best, slow, rounds), (70.0, 17.0, 74.0, 2, 5));
        let steady = contestant(&[40.0, 50.0, 60.0]).figures();
        assert_eq!((steady.slow, steady.worst), (0, 40.0));
    }

    #[test]
    fn each_round_is_compared_with_the_fastest_of_that_round() {
        let (own, one, other) =
            (contestant(&[10.0, 30.0]), contestant(&[20.0, 5.0]), contestant(&[5.0, 10.0]));
        assert_eq!(own.over(&[&one, &other]), [0.5, 3.0]);
        assert_eq!(own.over(&[&one]), [0.5, 6.0]);
    }

    #[test]
    fn contestants_take_turns_and_warm_up() {
        let mut both = [contestant(&[]), contestant(&[])];
        compete(&mut both, 10);
        assert_eq!(both.map(|one| one.rounds.len()), [9, 9]);
    }
}
