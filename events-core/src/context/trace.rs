//! Trace ids as defined by the W3C recommendation Trace Context (header `traceparent`, version 00).

use core::fmt;
use core::str::FromStr;

/// The id of a whole trace: 16 bytes, not all zero.
///
/// ```
/// use events::context::TraceId;
///
/// let id = TraceId::new(0x4bf92f3577b34da6a3ce929d0e0e4736_u128.to_be_bytes()).unwrap();
/// assert_eq!(id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(TraceId::new([0; 16]), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The id of one span of a trace: 8 bytes, not all zero.
///
/// ```
/// use events::context::SpanId;
///
/// let id = SpanId::new(7_u64.to_be_bytes()).unwrap();
/// assert_eq!(id.to_string(), "0000000000000007");
/// assert_eq!(u64::from_be_bytes(id.to_bytes()), 7);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

macro_rules! id {
    ($name:ident, $bytes:literal) => {
        impl $name {
            /// Creates an id from its bytes, most significant first. `None` if all are zero, which the recommendation
            /// forbids.
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

            /// Returns the bytes, most significant first.
            pub const fn to_bytes(self) -> [u8; $bytes] {
                self.0
            }
        }

        /// Writes the id in lower-case hexadecimal, with leading zeros.
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

/// The position in a trace that an event belongs to: trace id, span id and flags.
///
/// It parses and writes the value of a `traceparent` header.
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
    /// Creates a position from its parts. Bit 0 of the flags is set if the trace is sampled.
    ///
    /// ```
    /// use events::context::{SpanId, TraceContext, TraceId};
    ///
    /// let (trace, span) = (TraceId::new([0xab; 16]).unwrap(), SpanId::new([0xcd; 8]).unwrap());
    /// let cx = TraceContext::new(trace, span, 1);
    /// assert_eq!((cx.trace_id(), cx.span_id(), cx.is_sampled()), (trace, span, true));
    /// ```
    pub const fn new(trace: TraceId, span: SpanId, flags: u8) -> Self {
        Self { trace, span, flags }
    }

    /// Returns the id of the trace.
    pub const fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// Returns the id of the span.
    pub const fn span_id(&self) -> SpanId {
        self.span
    }

    /// Returns the trace flags: bit 0 is set if the trace is sampled.
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// Returns whether the trace is sampled: bit 0 of the flags.
    pub const fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// Returns the same trace and flags with another span: the header of a request that a handler sends.
    ///
    /// ```
    /// use events::context::{SpanId, TraceContext};
    ///
    /// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let cx: TraceContext = header.parse().unwrap();
    /// let span = SpanId::new(7_u64.to_be_bytes()).unwrap();
    /// assert_eq!(cx.with_span(span).to_string(), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01");
    /// ```
    #[must_use]
    pub const fn with_span(self, span: SpanId) -> Self {
        Self { span, ..self }
    }
}

/// Writes the value of a `traceparent` header of version 00.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

/// The error of parsing a [`TraceContext`] from a text that is no `traceparent`. `Display` says what is wrong with it.
///
/// ```
/// use events::context::TraceContext;
///
/// let error = "00-4bf9-00f0-01".parse::<TraceContext>().unwrap_err();
/// assert_eq!(error.to_string(), "not a traceparent: the trace id is not 32 hex digits");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTraceError(&'static str);

impl fmt::Display for ParseTraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a traceparent: {}", self.0)
    }
}

impl core::error::Error for ParseTraceError {}

/// Parses the value of a `traceparent` header. A version later than 00 may have further fields after the flags, which are
/// ignored, as the recommendation asks.
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

/// Accepts lower case only, as the recommendation asks.
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
