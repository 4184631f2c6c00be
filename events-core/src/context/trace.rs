//! Trace ids in the form of the W3C recommendation Trace Context (`traceparent`, version 00).

use core::fmt;
use core::str::FromStr;

/// The id of a whole trace: 16 bytes, not all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The id of one span of a trace: 8 bytes, not all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

macro_rules! id {
    ($name:ident, $bytes:literal) => {
        impl $name {
            /// The id of these bytes; `None` if all are zero, which the recommendation forbids.
            pub const fn new(bytes: [u8; $bytes]) -> Option<Self> {
                let mut index = 0;
                while index < $bytes {
                    if bytes[index] != 0 {
                        return Some(Self(bytes));
                    }
                    index += 1;
                }
                None
            }

            /// Its bytes, most significant first.
            pub const fn to_bytes(self) -> [u8; $bytes] {
                self.0
            }
        }

        /// Lower-case hexadecimal.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

id!(TraceId, 16);
id!(SpanId, 8);

/// Where in a trace an event was emitted: trace id, span id, flags.
///
/// ```
/// use events::context::TraceContext;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let trace: TraceContext = header.parse().unwrap();
/// assert!(trace.is_sampled());
/// assert_eq!(trace.to_string(), header);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace: TraceId,
    span: SpanId,
    flags: u8,
}

impl TraceContext {
    /// The place of this span in this trace. Bit 0 of the flags says that the trace is sampled.
    pub const fn new(trace: TraceId, span: SpanId, flags: u8) -> Self {
        Self { trace, span, flags }
    }

    /// The id of the trace.
    pub const fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// The id of the span.
    pub const fn span_id(&self) -> SpanId {
        self.span
    }

    /// The trace flags.
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// Whether the trace is sampled.
    pub const fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// The same trace, another span.
    #[must_use]
    pub const fn with_span(self, span: SpanId) -> Self {
        Self { span, ..self }
    }
}

/// Writes a `traceparent` header of version 00.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

/// A text that is no `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTraceError(&'static str);

impl fmt::Display for ParseTraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a traceparent: {}", self.0)
    }
}

impl core::error::Error for ParseTraceError {}

/// Reads a `traceparent`. As the recommendation asks, a later version may carry more behind the flags.
impl FromStr for TraceContext {
    type Err = ParseTraceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let mut part = || parts.next().unwrap_or("");
        let [version] = hex(part()).ok_or(ParseTraceError("the version is not 2 hex digits"))?;
        let trace = hex(part()).ok_or(ParseTraceError("the trace id is not 32 hex digits"))?;
        let span = hex(part()).ok_or(ParseTraceError("the span id is not 16 hex digits"))?;
        let [flags] = hex(part()).ok_or(ParseTraceError("the flags are not 2 hex digits"))?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return Err(ParseTraceError("the version is unknown"));
        }
        let trace = TraceId::new(trace).ok_or(ParseTraceError("the trace id is zero"))?;
        let span = SpanId::new(span).ok_or(ParseTraceError("the span id is zero"))?;
        Ok(Self { trace, span, flags })
    }
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Only lower case, as the recommendation asks.
fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn bad_headers_are_refused() {
        for bad in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473ö-00f067aa0ba902b7-01",
        ] {
            assert!(bad.parse::<TraceContext>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_later_version_may_carry_more() {
        let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
        assert_eq!(later.parse::<TraceContext>(), HEADER.parse::<TraceContext>());
    }
}
