//! A table that lines up: the first column to the left, the numbers to the right.

use std::io::{self, Write};

/// Rows of as many cells as there are columns.
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(titles: [&str; N]) -> Self {
        Self { rows: vec![titles.map(str::to_owned)] }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let widths: [usize; N] =
            std::array::from_fn(|at| self.rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
        for row in &self.rows {
            for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
                if at == 0 {
                    write!(out, "  {cell:<width$}")?;
                } else {
                    write!(out, "  {cell:>width$}")?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// A number with its thousands apart: `1,234,567`.
pub(crate) fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount of money: `1,234.05`.
pub(crate) fn money(cents: u64) -> String {
    format!("{}.{:02}", number(cents / 100), cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["item", "left"]);
        table.row(["größer".into(), "1".into()]);
        table.row(["x".into(), number(12_345u32)]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "  item      left\n  größer       1\n  x       12,345\n");
    }

    #[test]
    fn numbers_are_readable() {
        let numbers = [0u64, 999, 1_000, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(money(123_405), "1,234.05");
    }
}
