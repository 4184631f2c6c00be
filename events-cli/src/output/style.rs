//! The styles of text: write `{STYLE}` before it and `{STYLE:#}` after it.

use anstyle::{AnsiColor, Style};

/// The subject of a line: an event.
pub const HEADING: Style = Style::new().bold();

/// A name within it: a handler.
pub const NAME: Style = AnsiColor::Cyan.on_default();

/// Less important text: places, documentation.
pub const FAINT: Style = Style::new().dimmed();

/// A warning.
pub const NOTICE: Style = AnsiColor::Yellow.on_default();

/// An error.
pub const WRONG: Style = AnsiColor::Red.on_default().bold();

/// Something that is right, or was added.
pub const RIGHT: Style = AnsiColor::Green.on_default();
