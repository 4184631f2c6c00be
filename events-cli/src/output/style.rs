//! The styles of text: write `{STYLE}` before it and `{STYLE:#}` after it.

use anstyle::{AnsiColor, Style};

/// What a line is about: an event.
pub const HEADING: Style = Style::new().bold();

/// A name within it: a handler.
pub const NAME: Style = AnsiColor::Cyan.on_default();

/// What one looks for only after that: places, documentation.
pub const FAINT: Style = Style::new().dimmed();

/// What deserves a look.
pub const NOTICE: Style = AnsiColor::Yellow.on_default();

/// What is wrong.
pub const WRONG: Style = AnsiColor::Red.on_default().bold();

/// What is as it should be, or was added.
pub const RIGHT: Style = AnsiColor::Green.on_default();
