use std::io::Write;

use serde_json::Value;

use crate::error::Result;

pub(super) fn write(out: &mut impl Write, document: &Value) -> Result<()> {
    let text = serde_saphyr::to_string(document).map_err(std::io::Error::other)?;
    out.write_all(text.as_bytes())?;
    Ok(())
}
