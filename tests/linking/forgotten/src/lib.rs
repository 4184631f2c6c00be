//! A dependency whose handlers the program wants and which nothing in the program names.

use events::prelude::*;

#[handler]
fn forgotten(_: &linking_shop::Paid) {}
