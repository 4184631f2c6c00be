//! Makes untrusted text safe to show. Only this module decides which characters are shown unchanged.
//!
//! Names, paths and documentation come from binaries and listings that anyone may have made. A terminal executes escape
//! sequences in them, a CI system executes lines that begin like its commands, and characters that change the writing
//! direction make one text look like another. All texts are converted here after they are read, see
//! [`Program`](crate::model::Program).

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character does more than appear as itself: it controls a terminal, ends a line, changes the writing
/// direction, is invisible, or is not allowed in XML.
pub(crate) fn is_harmful(char: char) -> bool {
    match char {
        // Bidirectional controls: marks, embeddings, overrides, isolates.
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        // The separators of lines and paragraphs; annotations; tags, which are invisible copies of ASCII.
        '\u{2028}' | '\u{2029}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        '\u{FFFE}' | '\u{FFFF}' => true,
        char => char.is_control(),
    }
}

/// Makes a text of one line: line breaks and tabs become spaces, and harmful characters are escaped, as `\u{1b}`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    let white = ['\n', '\r', '\t'];
    if text.contains(white) {
        return Cow::Owned(escaped(&text.replace(white, " "), |_| false).into_owned());
    }
    escaped(text, |_| false)
}

/// Makes a text of one line for the beginning of a line: as [`line()`], and not a command to a CI system, such as
/// `::error::`.
pub(crate) fn heading(text: &str) -> Cow<'_, str> {
    let line = line(text);
    if is_command(&line) { Cow::Owned(without_command(&line)) } else { line }
}

/// Makes a text of several lines: line breaks and tabs stay, harmful characters are escaped, and no line is a command
/// to a CI system.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let keep = |char| matches!(char, '\n' | '\t');
    let plain = if text.contains("\r\n") {
        Cow::Owned(escaped(&text.replace("\r\n", "\n"), keep).into_owned())
    } else {
        escaped(text, keep)
    };
    if !plain.lines().any(is_command) {
        return plain;
    }
    let each =
        plain.split('\n').map(|one| if is_command(one) { without_command(one) } else { one.to_owned() });
    Cow::Owned(each.collect::<Vec<_>>().join("\n"))
}

/// Escapes each harmful character, except those to keep.
fn escaped(text: &str, keep: fn(char) -> bool) -> Cow<'_, str> {
    let escape = |char: char| is_harmful(char) && !keep(char);
    if !text.contains(escape) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if escape(char) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
        } else {
            out.push(char);
        }
    }
    Cow::Owned(out)
}

/// Whether GitHub Actions reads a line of a log as a command: it begins with `::`, or contains the older `##[`.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[")
}

/// Escapes the character that makes a line a command.
fn without_command(line: &str) -> String {
    let line = line.replace("##[", "#\\u{23}[");
    let start = line.len() - line.trim_start().len();
    match line[start..].strip_prefix("::") {
        Some(rest) => format!("{}\\u{{3a}}:{rest}", &line[..start]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        for text in ["", "shop::Paid", "Größe 漢字 👩‍👩‍👧 a\u{301}", "a  b"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
            assert!(matches!(lines(text), Cow::Borrowed(same) if same == text), "{text}");
        }
        assert!(matches!(lines("a\n\tb\n"), Cow::Borrowed("a\n\tb\n")));
    }

    #[test]
    fn escape_sequences_are_shown_and_have_no_effect() {
        assert_eq!(line("a\u{1b}[31mb\u{9b}c\u{7f}"), "a\\u{1b}[31mb\\u{9b}c\\u{7f}");
        assert_eq!(line("a\r\nb\tc"), "a  b c");
        assert_eq!(lines("a\r\nb\rc\u{1b}"), "a\nb\\u{d}c\\u{1b}");
        assert_eq!(line("\u{202e}dlo\u{2066}\u{061c}"), "\\u{202e}dlo\\u{2066}\\u{61c}");
        for harmful in (0..=0x0010_FFFF).filter_map(char::from_u32).filter(|char| is_harmful(*char)) {
            let text = format!("a{harmful}b");
            assert!(!line(&text).contains(is_harmful), "{harmful:?}");
            assert!(!lines(&text).chars().any(|char| is_harmful(char) && !matches!(char, '\n' | '\t')));
        }
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(heading("::error::gone"), "\\u{3a}:error::gone");
        assert_eq!(heading("shop::Paid"), "shop::Paid");
        assert_eq!(
            lines("fine\n  ::stop-commands::x\n##[error]y"),
            "fine\n  \\u{3a}:stop-commands::x\n#\\u{23}[error]y"
        );
        assert_eq!(heading("\u{1b}\n::x"), "\\u{1b} ::x");
    }
}
