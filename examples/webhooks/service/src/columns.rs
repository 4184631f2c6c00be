//! Aligned columns, and text from outside made fit for a line of a terminal.

use std::io::{self, Write};

/// Rows of as many cells as there are columns.
pub(crate) struct Columns<const N: usize> {
    rows: Vec<[String; N]>,
    align: [Align; N],
}

#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Right,
}

impl<const N: usize> Columns<N> {
    pub(crate) fn new(columns: [(&str, Align); N]) -> Self {
        Self {
            rows: vec![columns.map(|(title, _)| title.to_owned())],
            align: columns.map(|(_, align)| align),
        }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// Writes all rows. A column is as wide as its longest cell, so that long names line up too.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, &width), align) in row.iter().zip(&widths).zip(self.align) {
                line.push_str("  ");
                line.push_str(&match align {
                    Align::Left => format!("{cell:<width$}"),
                    Align::Right => format!("{cell:>width$}"),
                });
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Text of so many characters at most, without control characters: whoever writes a title shall not steer the terminal.
pub(crate) fn short(text: &str, longest: usize) -> String {
    let mut characters = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut short: String = characters.by_ref().take(longest).collect();
    if characters.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

/// The first few lines by number: `4, 5, 6 and 9 more`.
pub(crate) fn few(lines: &[u64]) -> String {
    const FEW: usize = 8;
    let mut text = lines.iter().take(FEW).map(u64::to_string).collect::<Vec<_>>().join(", ");
    if lines.len() > FEW {
        text.push_str(&format!(" and {} more", lines.len() - FEW));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_length() {
        let mut columns = Columns::new([("name", Align::Left), ("n", Align::Right), ("note", Align::Left)]);
        columns.row(["größer".into(), "1".into(), "a".into()]);
        columns.row(["x".into(), "1000".into(), String::new()]);
        let mut out = Vec::new();
        columns.write(&mut out).unwrap();
        let expected = "  name       n  note\n  größer     1  a\n  x       1000\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn text_is_cut_and_cleaned() {
        assert_eq!(short("über", 4), "über");
        assert_eq!(short("überall", 4), "übe…");
        assert_eq!(short("a\u{1b}[2J\nb", 9), "a [2J b");
    }

    #[test]
    fn few_lines_of_many() {
        assert_eq!(few(&[1, 5]), "1, 5");
        assert_eq!(few(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
    }
}
