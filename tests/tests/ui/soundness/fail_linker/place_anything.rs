//! The hidden macros that place rows take rows alone.

#![forbid(unsafe_code)]

use events::prelude::*;

#[event]
pub struct Tick;

const _: () = {
    events::__private::place_row!([0x4141_4141_usize; 64]);
};
const _: () = {
    events::__private::place_table!(&Tick);
};
const _: () = {
    events::__private::place_record!([[u64; 1], 2] 5_u64);
};

fn main() {}
