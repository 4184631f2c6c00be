use super::report::{Direction, Require};

/// The requirement in words.
pub(super) fn required(require: Require) -> &'static str {
    match require {
        Require::Backward => "backward compatible",
        Require::Forward => "forward compatible",
        Require::Full => "fully compatible",
    }
}

/// The direction that is broken, in words.
pub(super) fn breaks(direction: Direction) -> &'static str {
    match direction {
        Direction::Backward => "not backward",
        Direction::Forward => "not forward",
    }
}
