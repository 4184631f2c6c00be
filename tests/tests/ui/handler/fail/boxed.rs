//! An event is taken as it is.

use events::prelude::*;

#[event]
struct Paid {
    cents: u64,
}

#[handler]
fn boxed(_: &Box<Paid>) {}

#[handler]
fn optional(_: Option<&Paid>) {}

#[handler]
fn many(_: &Vec<Paid>) {}

#[handler(batch)]
fn batch(_: &Vec<Paid>) {}

fn main() {}
