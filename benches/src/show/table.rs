//! Text tables.

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};

use super::bar::Bar;

/// A table with this header. Columns are aligned to the right, except those in `left`.
pub fn plain(header: &[&str], left: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(header);
    for (index, column) in table.column_iter_mut().enumerate() {
        if !left.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The bars, what was measured, and whether each was met. Notes follow the table.
pub fn bars(bars: &[Bar]) -> String {
    let mut table = plain(&["promise", "bar", "measured", ""], &[0, 1, 3]);
    for bar in bars {
        table.add_row([&bar.what, &bar.bar, &bar.measured(), bar.verdict()]);
    }
    let mut text = format!("{table}\n");
    for bar in bars {
        if let Some(note) = &bar.note {
            text.push_str(&format!("{}: {note}\n", bar.what));
        }
    }
    text
}
