//! Reads and writes settings for files and environment variables, where times and numbers may be text.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::workers::Workers;
use super::{KeyOrder, LaneConfig, Overflow, Wait};

/// The fields of a lane in a file. One that is left out has the value of [`LaneConfig::new`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings<'a> {
    name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Given::is_none")]
    capacity: Given<Number<usize>>,
    #[serde(default, skip_serializing_if = "Given::is_none")]
    workers: Given<Workers>,
    #[serde(default, skip_serializing_if = "Given::is_none")]
    overflow: Given<Overflow>,
    #[serde(default, skip_serializing_if = "Given::is_none")]
    wait: Given<Wait>,
    #[serde(default, skip_serializing_if = "Given::is_none")]
    key_order: Given<KeyOrder>,
    #[cfg(feature = "rate-limit")]
    #[serde(default, skip_serializing_if = "Given::is_none")]
    rate_limit: Given<RateLimit>,
}

#[cfg(feature = "rate-limit")]
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    per_second: Number<u32>,
    burst: Number<u32>,
}

/// Writes the settings that a file may have: name, capacity, workers, overflow, wait, key order, rate limit.
impl Serialize for LaneConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settings = Settings {
            name: Cow::Borrowed(&self.name),
            capacity: Given(Some(Number(self.capacity))),
            workers: Given(Some(self.workers)),
            overflow: Given(Some(self.overflow)),
            wait: Given(Some(self.wait)),
            key_order: Given(Some(self.key_order)),
            #[cfg(feature = "rate-limit")]
            rate_limit: Given(self.rate_limit.map(|(per_second, burst)| RateLimit {
                per_second: Number(per_second.get()),
                burst: Number(burst.get()),
            })),
        };
        settings.serialize(serializer)
    }
}

/// Reads the settings of a lane. A field that is left out has the value of [`LaneConfig::new`]; an unknown field is an
/// error. Values that are out of bounds are errors of [`BusBuilder::build`](crate::BusBuilder::build), as for settings
/// that are made in code.
impl<'de> Deserialize<'de> for LaneConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let settings = Settings::deserialize(deserializer)?;
        let mut lane = Self::new(settings.name);
        if let Given(Some(Number(capacity))) = settings.capacity {
            lane = lane.capacity(capacity);
        }
        if let Given(Some(workers)) = settings.workers {
            lane.workers = workers;
        }
        if let Given(Some(overflow)) = settings.overflow {
            lane = lane.overflow(overflow);
        }
        if let Given(Some(wait)) = settings.wait {
            lane = lane.wait(wait);
        }
        if let Given(Some(order)) = settings.key_order {
            lane = lane.key_order(order);
        }
        #[cfg(feature = "rate-limit")]
        if let Given(Some(RateLimit { per_second, burst })) = settings.rate_limit {
            lane = lane.rate_limit(per_second.0, burst.0);
        }
        Ok(lane)
    }
}

/// A field that may be left out. It is not an `Option` for serde, because an `Option` cannot be read from environment
/// variables.
struct Given<T>(Option<T>);

impl<T> Given<T> {
    fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|given| Self(Some(given)))
    }
}

/// A number, which is a text in environment variables.
struct Number<T>(T);

impl<T: Serialize> Serialize for Number<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: TryFrom<u64> + FromStr> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(TextOr(
                "a whole number from 0 on, or a text of one",
                |text: &str| text.parse().ok(),
                |number| T::try_from(number).ok(),
            ))
            .map(Self)
    }
}

/// Writes a number, or a range as a text: `4`, `"1..=8"`. A number as a text, `"4"`, and a range without the `=` can be
/// read too.
impl Serialize for Workers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self { min, max } if min == max => min.serialize(serializer),
            Self { min, max } => serializer.collect_str(&format_args!("{min}..={max}")),
        }
    }
}

impl<'de> Deserialize<'de> for Workers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fixed = |workers| Self { min: workers, max: workers };
        let range = |text: &str| match text.split_once("..") {
            None => text.parse().ok().map(fixed),
            Some((min, max)) => {
                let max = max.strip_prefix('=').unwrap_or(max);
                Some(Self { min: min.parse().ok()?, max: max.parse().ok()? })
            }
        };
        deserializer.deserialize_any(TextOr(
            "a number of workers, as in 4, \"4\" or \"1..=8\"",
            range,
            |number| usize::try_from(number).ok().map(fixed),
        ))
    }
}

/// Reads a value that is a text or a number, with a function for each.
struct TextOr<T, N>(&'static str, T, N);

impl<V, T: FnOnce(&str) -> Option<V>, N: FnOnce(u64) -> Option<V>> Visitor<'_> for TextOr<T, N> {
    type Value = V;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<V, E> {
        let Self(expected, _, of_number) = self;
        of_number(number).ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &expected))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<V, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V, E> {
        let Self(expected, of_text, _) = self;
        of_text(text.trim()).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &expected))
    }
}

/// A duration as a text, in the format of `timeout = "200ms"` of a handler.
pub(super) mod duration {
    use super::{Deserializer, Duration, Serializer, TextOr};

    const NANOS_OF: [(&str, u64); 6] = [
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];

    /// Writes it in the largest unit of which it is a whole number.
    pub(in crate::lane::config) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let nanos = duration.as_nanos();
        let is_whole = |of: u64| nanos >= of.into() && nanos.is_multiple_of(of.into());
        let (unit, of) = NANOS_OF.into_iter().find(|(_, of)| is_whole(*of)).unwrap_or(("s", 1_000_000_000));
        serializer.collect_str(&format_args!("{}{unit}", nanos / u128::from(of)))
    }

    /// Reads digits and a unit.
    fn read(text: &str) -> Option<Duration> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at(unit_at);
        let (_, of) = NANOS_OF.into_iter().find(|(known, _)| *known == unit)?;
        let nanos = number.parse::<u64>().ok().map(|number| u128::from(number) * u128::from(of))?;
        let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
        Some(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
    }

    pub(in crate::lane::config) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        deserializer.deserialize_str(TextOr(
            "a time as a text of digits and one of the units `ns`, `us`, `ms`, `s`, `m` and `h`, as in \"200ms\"",
            read,
            |_| None,
        ))
    }
}
