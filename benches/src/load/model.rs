//! When events are due.

use std::f64::consts::E;
use std::time::Duration;

use serde::Serialize;

/// How the load is distributed over time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "name", rename_all = "lowercase")]
pub enum Model {
    /// Events at equal intervals.
    Steady,
    /// Each event independent of the others, as from many users.
    Poisson {
        /// The same seed gives the same times.
        seed: u64,
    },
    /// All events of a period at its start.
    Burst {
        /// From one burst to the next.
        every: Duration,
        /// How long a burst takes.
        within: Duration,
    },
    /// A rate that grows from `from` to the full one.
    Ramp {
        /// Events per second at the beginning.
        from: f64,
    },
}

impl Model {
    /// The name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Poisson { .. } => "poisson",
            Self::Burst { .. } => "burst",
            Self::Ramp { .. } => "ramp",
        }
    }

    /// The times at which producer `producer` of `producers` sends its events, in nanoseconds from the start. All
    /// producers together send `rate` events per second for `duration`.
    pub fn schedule(&self, rate: f64, duration: Duration, producer: usize, producers: usize) -> Schedule {
        let seconds = duration.as_secs_f64();
        let events = match self {
            Self::Ramp { from } => (from + rate) / 2.0 * seconds,
            _ => rate * seconds,
        };
        let random = match self {
            // Mixed, so that seeds that differ little give independent streams.
            Self::Poisson { seed } => mix(seed.wrapping_add(producer as u64)),
            _ => 0,
        };
        Schedule {
            model: *self,
            rate,
            end: seconds,
            events: events.round() as u64,
            next: producer as u64,
            step: producers as u64,
            random,
            now: 0.0,
        }
    }

    /// How many events per second are due on average.
    pub fn mean_rate(&self, rate: f64) -> f64 {
        match self {
            Self::Ramp { from } => f64::midpoint(*from, rate),
            _ => rate,
        }
    }
}

/// The times of one producer, earliest first.
#[derive(Clone, Debug)]
pub struct Schedule {
    model: Model,
    rate: f64,
    /// In seconds.
    end: f64,
    /// Of all producers.
    events: u64,
    /// The number, among those of all producers, of the next event.
    next: u64,
    step: u64,
    random: u64,
    /// When the last event of a random model was due, in seconds.
    now: f64,
}

impl Iterator for Schedule {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let number = self.next as f64;
        let due = match self.model {
            Model::Poisson { .. } => {
                self.random = self.random.wrapping_add(GOLDEN);
                // In (0, 1], so that its logarithm is finite.
                let share = ((mix(self.random) >> 11) + 1) as f64 / (1_u64 << 53) as f64;
                self.now += -share.log(E) * self.step as f64 / self.rate;
                if self.now >= self.end {
                    return None;
                }
                return Some((self.now * 1e9) as u64);
            }
            _ if self.next >= self.events => return None,
            Model::Steady => number / self.rate,
            Model::Burst { every, within } => {
                let size = (self.rate * every.as_secs_f64()).max(1.0);
                let burst = (number / size).floor();
                burst * every.as_secs_f64() + (number - burst * size) / size * within.as_secs_f64()
            }
            Model::Ramp { from } => {
                let gain = (self.rate - from) / self.end;
                if gain.abs() < f64::EPSILON {
                    number / self.rate
                } else {
                    // The time by which this many events were due: the integral of the rate, solved for time.
                    ((from * from + 2.0 * gain * number).max(0.0).sqrt() - from) / gain
                }
            }
        };
        self.next += self.step;
        Some((due * 1e9) as u64)
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// splitmix64's last step: all bits depend on all bits.
fn mix(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(GOLDEN);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(model: Model, rate: f64, seconds: u64, producers: usize) -> Vec<u64> {
        let duration = Duration::from_secs(seconds);
        let each = (0..producers).map(|producer| model.schedule(rate, duration, producer, producers));
        let mut all = Vec::new();
        for schedule in each {
            assert!(schedule.clone().is_sorted(), "a producer's times go up");
            all.extend(schedule);
        }
        all.sort_unstable();
        all
    }

    #[test]
    fn steady_is_even_whatever_the_number_of_producers() {
        let one = times(Model::Steady, 1_000.0, 2, 1);
        assert_eq!(one.len(), 2_000);
        assert_eq!(&one[..3], &[0, 1_000_000, 2_000_000]);
        assert_eq!(times(Model::Steady, 1_000.0, 2, 3), one);
    }

    #[test]
    fn poisson_has_the_rate_the_spread_and_the_same_times_for_the_same_seed() {
        let model = Model::Poisson { seed: 7 };
        let all = times(model, 50_000.0, 4, 2);
        assert!((195_000..205_000).contains(&all.len()), "{}", all.len());
        assert_eq!(all, times(model, 50_000.0, 4, 2));
        assert_ne!(all, times(Model::Poisson { seed: 8 }, 50_000.0, 4, 2));
        // Gaps of a Poisson process exceed their mean in 1/e of all cases.
        let long = all.windows(2).filter(|pair| pair[1] - pair[0] > 20_000).count() as f64;
        assert!((0.36..0.376).contains(&(long / all.len() as f64)), "{}", long / all.len() as f64);
    }

    #[test]
    fn bursts_come_at_the_beginning_of_each_period() {
        let model = Model::Burst { every: Duration::from_secs(1), within: Duration::from_millis(100) };
        let all = times(model, 1_000.0, 3, 2);
        assert_eq!(all.len(), 3_000);
        let in_burst = all.iter().filter(|&&ns| ns % 1_000_000_000 < 100_000_000).count();
        assert_eq!(in_burst, 3_000);
        assert_eq!(all.iter().filter(|&&ns| ns >= 2_000_000_000).count(), 1_000);
    }

    #[test]
    fn a_ramp_sends_three_quarters_in_its_second_half_when_it_starts_at_nothing() {
        let all = times(Model::Ramp { from: 0.0 }, 2_000.0, 4, 1);
        assert_eq!(all.len(), 4_000);
        let first = all.iter().filter(|&&ns| ns < 2_000_000_000).count();
        assert!((995..=1_005).contains(&first), "{first}");
        assert!(*all.last().unwrap() < 4_000_000_000);
    }
}
