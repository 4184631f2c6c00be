//! Times and ranges as options write them: `"200ms"`, `"10ms..1s"`, `"64..1024"`.

use std::str::FromStr;
use std::time::Duration;

use syn::LitStr;

const NANOS_OF: [(&str, u128); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

const UNITS: &str = "the units are `ns`, `us`, `ms`, `s`, `m` and `h`";

/// Parses the time of the option `name`.
pub(crate) fn one(name: &str, text: &LitStr) -> syn::Result<Duration> {
    let duration = read(&text.value()).map_err(|reason| {
        wrong(
            text,
            format!("`{name}` {reason}: write a number and a unit, as in `\"200ms\"` or `\"1.5s\"`; {UNITS}"),
        )
    })?;
    if duration.is_zero() {
        return Err(wrong(text, format!("`{name}` is no time at all: make it longer, or leave it out")));
    }
    Ok(duration)
}

/// Parses a range of times. A single time is both ends.
pub(crate) fn range(name: &str, text: &LitStr) -> syn::Result<(Duration, Duration)> {
    let ends = ends(name, text, |end| {
        read(end).map_err(|reason| {
            format!("`{name}` {reason}: write a time or two, as in `\"10ms\"` or `\"10ms..1.5s\"`; {UNITS}")
        })
    })?;
    if ends.0.is_zero() {
        let message = format!("`{name}` begins with no time at all: make it longer, or leave it out");
        return Err(wrong(text, message));
    }
    Ok(ends)
}

/// Parses a range of whole numbers from 1. A single number is both ends.
pub(crate) fn numbers(name: &str, text: &LitStr) -> syn::Result<(u32, u32)> {
    ends(name, text, |end| {
        u32::from_str(end).ok().filter(|&number| number > 0).ok_or_else(|| {
            let forms = "write a whole number from 1 on or two, as in `\"100\"` or `\"64..1024\"`";
            format!("`{name}` does not understand `{end}`: {forms}")
        })
    })
}

/// Both ends of a range, in order.
fn ends<T: PartialOrd>(
    name: &str,
    text: &LitStr,
    read: impl Fn(&str) -> Result<T, String>,
) -> syn::Result<(T, T)> {
    let value = text.value();
    let (first, last) = value.split_once("..").unwrap_or((&value, &value));
    let end = |end: &str| read(end).map_err(|message| wrong(text, message));
    let (from, to) = (end(first)?, end(last)?);
    if from > to {
        let message = format!("`{name}` goes from more to less: write `\"{last}..{first}\"`");
        return Err(wrong(text, message));
    }
    Ok((from, to))
}

/// Parses digits, optionally a point and more digits, and a unit. The error is a phrase that follows the name of the option.
fn read(text: &str) -> Result<Duration, String> {
    let not_understood = || format!("does not understand `{text}`");
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let (whole, part) = match number.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return Err(not_understood()),
        None => (number, ""),
    };
    let known = NANOS_OF.iter().find(|(name, _)| *name == unit);
    let digits = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    let (Some((_, nanos_of)), true) = (known, !whole.is_empty() && digits(part)) else {
        return Err(not_understood());
    };
    let too_long = || format!("does not reach as far as `{text}`");
    let finer = || format!("knows nothing finer than a nanosecond, and `{text}` is");
    let whole: u128 = whole.parse::<u64>().map_err(|_| too_long())?.into();
    let part = part.trim_end_matches('0');
    let scale = 10_u128.checked_pow(part.len() as u32).filter(|_| part.len() <= 18).ok_or_else(finer)?;
    let part = if part.is_empty() { 0 } else { part.parse::<u128>().map_err(|_| finer())? * nanos_of };
    if !part.is_multiple_of(scale) {
        return Err(finer());
    }
    let nanos = whole * nanos_of + part / scale;
    let seconds = u64::try_from(nanos / 1_000_000_000).map_err(|_| too_long())?;
    Ok(Duration::new(seconds, (nanos % 1_000_000_000) as u32))
}

fn wrong(text: &LitStr, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(text.span(), message)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{numbers, range, read};
    use proc_macro2::Span;
    use syn::LitStr;

    fn text(text: &str) -> LitStr {
        LitStr::new(text, Span::call_site())
    }

    #[test]
    fn each_unit_is_what_it_says() {
        let nanos = |text| read(text).unwrap().as_nanos();
        assert_eq!(nanos("7ns"), 7);
        assert_eq!(nanos("7us"), 7_000);
        assert_eq!(nanos("7ms"), 7_000_000);
        assert_eq!(nanos("7s"), 7_000_000_000);
        assert_eq!(nanos("7m"), 420_000_000_000);
        assert_eq!(nanos("7h"), 25_200_000_000_000);
        assert_eq!(nanos("0s"), 0);
    }

    #[test]
    fn parts_are_exact_to_the_nanosecond() {
        assert_eq!(read("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read("0.000001ms"), Ok(Duration::from_nanos(1)));
        assert_eq!(read("0.1h"), Ok(Duration::from_secs(360)));
        assert_eq!(read("1.50000000000000000000000000000000000000000s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read("18446744073709551615s"), Ok(Duration::from_secs(u64::MAX)));
        for finer in ["1.5ns", "0.0000000001s", "0.3333333333333333333333333333333333333333333h"] {
            assert!(read(finer).unwrap_err().contains("nanosecond"), "{finer}");
        }
        for long in ["18446744073709551616s", "18446744073709551615h", "99999999999999999999999999ns"] {
            assert!(read(long).unwrap_err().contains("reach"), "{long}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_understood() {
        for wrong in [
            "", "5", "ms", "5 ms", " 5ms", "5ms ", "-5ms", "+5ms", "5.ms", ".5ms", "1.2.3s", "5sec", "5µs",
            "1e3s",
        ] {
            assert!(read(wrong).unwrap_err().contains("understand"), "{wrong}");
        }
    }

    #[test]
    fn a_range_has_its_ends_in_order() {
        let (min, cap) = range("backoff", &text("10ms..1s")).unwrap();
        assert_eq!((min, cap), (Duration::from_millis(10), Duration::from_secs(1)));
        assert_eq!(range("backoff", &text("10ms..10ms")).unwrap(), range("backoff", &text("10ms")).unwrap());
        assert_eq!(numbers("size", &text("64..1024")).unwrap(), (64, 1024));
        assert_eq!(numbers("size", &text("100")).unwrap(), (100, 100));
        let told = |error: syn::Error| error.to_string();
        assert!(told(range("backoff", &text("1s..10ms")).unwrap_err()).contains("`\"10ms..1s\"`"));
        assert!(told(range("backoff", &text("0ms..10ms")).unwrap_err()).contains("no time at all"));
        for wrong in ["", "..", "1..", "..2", "0..2", "0", "1...2", "1..=2", "4294967296"] {
            assert!(told(numbers("size", &text(wrong)).unwrap_err()).contains("understand"), "{wrong}");
        }
    }
}
