//! Neither a row nor a table is made of anything else.

#![forbid(unsafe_code)]

use events::__private::{AnyTableRow, Row};

static ROW: Row = Row(&7_usize);
static TABLE_ROW: AnyTableRow = AnyTableRow(&7_usize);

fn main() {}
