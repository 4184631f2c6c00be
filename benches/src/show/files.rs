//! Reports as files.

use std::error::Error;
use std::fs;
use std::path::Path;

/// Writes a report as `name.json` and `name.html` into the folder `out`, which it makes, and prints where.
///
/// # Errors
///
/// If the folder or a file cannot be written.
pub fn write(out: &Path, name: &str, json: &str, page: &str) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let (data, html) = (out.join(format!("{name}.json")), out.join(format!("{name}.html")));
    fs::write(&data, json)?;
    fs::write(&html, page)?;
    println!("\nWritten to {} and {}.", data.display(), html.display());
    Ok(())
}
