//! A row and a table know by their type of which event they are.

#![forbid(unsafe_code)]

use events::__private::{AnyTableRow, Context, Entry, Flow, Row, Table};
use events::prelude::*;

#[event]
pub struct Tick;

#[event]
pub struct Tock(String);

const CALL: fn(&Tock, &Context) -> Flow = |_, _| Flow::SKIPPED;
const ENTRY: Entry<Tick> = Entry::plain(&[], CALL);
static TABLE: Table<Tick> = Table::new();
static ROW: Row = Row::new::<Tock>(ENTRY);
static TABLE_ROW: AnyTableRow = AnyTableRow::new::<Tock>(&TABLE);

fn main() {}
