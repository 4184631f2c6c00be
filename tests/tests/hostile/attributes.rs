//! Attributes beside those of this project stay in force.

use events::prelude::*;
use events_tests::handled;

/// Documented.
#[event]
#[must_use]
#[repr(C)]
#[derive(Debug)]
struct Aligned {
    /// Documented as well.
    #[allow(dead_code)]
    byte: u8,
}

/// Documented.
#[handler]
#[inline(never)]
#[must_use = "it may fail"]
fn documented(_: &Aligned) -> Result<(), String> {
    Ok(())
}

#[deprecated = "by the next one"]
#[handler]
fn old(_: &Aligned) {}

#[handler]
#[deprecated(note = "by none")]
fn older(_: &Aligned) {}

#[handlers]
mod group {
    use super::*;

    /// Documented.
    #[deprecated]
    #[handler]
    fn oldest(_: &Aligned) {}

    #[handler]
    #[track_caller]
    #[cold]
    fn cold(#[allow(unused_variables)] event: &Aligned) {}
}

#[deprecated]
#[event]
struct OldEvent;

#[handler]
#[allow(deprecated)]
fn of_old(_: &OldEvent) {}

#[test]
fn handlers_with_other_attributes_run() {
    assert_eq!(handled(&Aligned { byte: 1 }), 5);
    assert_eq!(core::mem::align_of::<Aligned>(), 1);
}

#[test]
#[allow(deprecated)]
fn a_deprecated_event_is_handled() {
    assert_eq!(handled(&OldEvent), 1);
}
