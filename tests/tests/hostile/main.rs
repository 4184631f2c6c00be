//! Code that expansions must hold up in: wherever it stands, whatever it is called, whoever wrote it.
//!
//! Every test asserts that the handlers ran; one that the compiler took and the linker lost would be no handler.

#![deny(warnings)]

mod attributes;
#[allow(
    clippy::non_minimal_cfg,
    reason = "`all()` always holds, `any()` never: no other condition is that short"
)]
mod conditional;
mod generated;
mod names;
mod placement;
mod shapes;
