//! An event of the same name as another crate's.

use events::prelude::*;

#[event]
pub struct Paid;

#[handler]
fn twin(_: &Paid) {}
