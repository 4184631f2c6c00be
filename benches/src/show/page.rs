//! A self-contained page.

use std::fmt::Write;

use super::bar::Bar;
use super::chart::escape;
use super::machine::Machine;

const STYLE: &str = include_str!("style.css");

/// The page with this title; `more` follows the description of the machine.
pub fn page(title: &str, machine: &Machine, more: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n\
         <h1>{title}</h1>\n<p class=\"sub\">{}{}</p>\n{body}</body></html>\n",
        escape(&machine.to_string()),
        escape(more),
    )
}

/// The bars as a table, after a count of those that were met.
pub fn verdicts(all: &[Bar]) -> String {
    let (held, short) = (count(all, true), count(all, false));
    let mut page = format!(
        "<h2>What the project promises</h2><p><b class=\"held\">{held} held</b>, <b class=\"short\">{short} fall short</b>, \
         {} not measured in this run.</p><table><thead><tr><th>What<th>Bar<th>Measured<th>Verdict</tr></thead><tbody>",
        all.len() - held - short
    );
    for bar in all {
        let class = match bar.held {
            Some(true) => "held",
            Some(false) => "short",
            None => "none",
        };
        let note =
            bar.note.as_deref().map(|note| format!("<small>{}</small>", escape(note))).unwrap_or_default();
        let _ = write!(
            page,
            "<tr><td>{}{note}<td class=\"n\">{}<td class=\"n\">{}<td><span class=\"chip {class}\">{}</span></tr>",
            code(&bar.what),
            escape(&bar.bar),
            escape(&bar.measured()),
            bar.verdict().to_lowercase(),
        );
    }
    page.push_str("</tbody></table>\n");
    page
}

fn count(all: &[Bar], held: bool) -> usize {
    all.iter().filter(|bar| bar.held == Some(held)).count()
}

/// Text in backquotes, shown as code.
fn code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) })
        .collect()
}
