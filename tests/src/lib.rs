//! Tests of the `events` crate that span crates; see the folder `tests` beside this one.
