//! JSON in which characters that control a terminal are escaped, as `\u001b`. It reads back as the same text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::text::is_harmful;

/// Writes a value as JSON, in lines.
///
/// # Errors
/// If it cannot be written, or the value refuses to be.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> crate::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, Guarded(PrettyFormatter::new()));
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// Writes a value as JSON, in one line.
///
/// # Errors
/// If the value refuses to be written.
pub(crate) fn compact_json(value: &impl Serialize) -> crate::Result<String> {
    let mut out = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut out, Guarded(serde_json::ser::CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    Ok(String::from_utf8(out).map_err(io::Error::other)?)
}

struct Guarded<F>(F);

/// Forwards a call to the inner formatter.
macro_rules! as_before {
    ($($name:ident($($argument:ident: $ty:ty),*));* $(;)?) => {
        $(
            fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $ty)*) -> io::Result<()> {
                self.0.$name(writer $(, $argument)*)
            }
        )*
    };
}

impl<F: Formatter> Formatter for Guarded<F> {
    as_before! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_harmful) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            let mut units = [0; 2];
            for unit in after.next().unwrap_or_default().encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_reads_back() {
        let text = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{e0041}ü漢\n\"";
        let written = compact_json(&[text]).unwrap();
        assert_eq!(written, r#"["a\u001b[31m\u007f\u009b\u202e\udb40\udc41ü漢\n\""]"#);
        assert_eq!(serde_json::from_str::<Vec<String>>(&written).unwrap(), [text]);
        let mut pretty = Vec::new();
        json(&mut pretty, &serde_json::json!({ "a": [1, { "b": null }], "c": {} })).unwrap();
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {}\n}\n";
        assert_eq!(String::from_utf8(pretty).unwrap(), expected);
    }
}
