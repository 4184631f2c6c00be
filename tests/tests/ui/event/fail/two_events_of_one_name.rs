//! Two types of one name: rustc tells it, the tables do not.

use events::prelude::*;

#[event]
struct Paid;

#[event]
struct Paid;

fn main() {}
