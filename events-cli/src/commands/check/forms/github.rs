use std::io::Write;

use super::Places;
use crate::commands::check::report::Report;
use crate::error::Result;

/// Writes one workflow command for each finding:
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub(super) fn write(out: &mut impl Write, report: &Report, places: &Places) -> Result<()> {
    for finding in &report.findings {
        let place = &finding.location;
        let mut message = finding.message.clone();
        for related in &finding.related {
            message.push_str(&format!("\n{} ({})", related.message, related.location));
        }
        message.push_str(&format!("\nhelp: {}", finding.help));
        writeln!(
            out,
            "::{} file={},line={},col={},title={}::{}",
            finding.level.name(),
            property(&places.path(&place.file)),
            place.line,
            place.column,
            property(&format!("cargo events: {}", finding.rule.name())),
            data(&message)
        )?;
    }
    for not in &report.not_checked {
        let title = property(&format!("cargo events: {} not checked", not.rule.name()));
        writeln!(out, "::notice title={title}::{}", data(&not.reason))?;
    }
    Ok(())
}

/// Escapes the message of a command, which is after the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which is after a `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_character_of_a_text_ends_a_command() {
        assert_eq!(data("100 %: a\r\nb"), "100 %25: a%0D%0Ab");
        assert_eq!(property("a::b, c"), "a%3A%3Ab%2C c");
    }
}
