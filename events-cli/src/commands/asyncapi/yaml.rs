use std::io::Write;

use serde_json::Value;

use crate::error::Result;
use crate::text::lines;

pub(super) fn write(out: &mut impl Write, document: &Value) -> Result<()> {
    let text = serde_saphyr::to_string(&shown(document)).map_err(std::io::Error::other)?;
    out.write_all(text.as_bytes())?;
    Ok(())
}

/// The document with texts that are safe to show, because YAML does not escape some of the characters that JSON
/// escapes.
fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(lines(text).into_owned()),
        Value::Array(all) => all.iter().map(shown).collect(),
        Value::Object(all) => {
            all.iter().map(|(key, value)| (lines(key).into_owned(), shown(value))).collect()
        }
        other => other.clone(),
    }
}
