//! As fast as it goes: all targets in turns, in one run.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::due::Payload;
use super::probe::Probe;
use super::target::{Settings, Tally, Target, Unsupported};
use crate::body::broken;
use crate::measure::allocations;
use crate::measure::samples::median;

/// A target that waits for its next round.
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
    /// Every round starts it anew: which threads share a processor is settled when they start, and decides more than
    /// anything else how fast a queue is.
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
            // So much that all memory of the queue was used.
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

    /// How much faster it was than the other, as a median over the rounds.
    pub fn over(&self, other: &Self) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(own, other)| own.rate / other.rate))
    }
}

/// Has each producer send so many events, and waits until all are handled.
fn produce<P: Payload, T: Target<P>>(target: &T, probe: &Probe, tallies: &[Tally], each: u64) {
    let all = probe.handled() + each * tallies.len() as u64;
    let produce = |tally: &Tally| target.produce((0..each).map(|id| P::new(0, id)), tally);
    thread::scope(|scope| {
        // The first producer is this thread: a round of one starts no other.
        for tally in &tallies[1..] {
            scope.spawn(|| produce(tally));
        }
        produce(&tallies[0]);
    });
    while probe.handled() < all {
        std::hint::spin_loop();
    }
}

/// Runs all contestants in turns, with one round more each to warm up.
pub fn compete(contestants: &mut [Contestant], rounds: usize, events: u64) {
    for round in 0..=rounds {
        // Who comes first changes, as what ran before leaves its traces in the caches.
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
