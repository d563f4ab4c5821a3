use std::fmt::{self, Write as _};
use std::iter;

/// The number of spaces between two columns.
const GAP: usize = 4;

/// Writes lines of `N` columns, each as wide as its widest cell. The columns behind the third are figures,
/// and end at the right.
pub(super) fn write<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    heads: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> fmt::Result {
    let rows: Vec<_> = iter::once(heads.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = if column == 0 { 0 } else { GAP };
            match column < 3 {
                true => write!(line, "{:gap$}{cell:width$}", "")?,
                false => write!(line, "{:gap$}{cell:>width$}", "")?,
            }
        }
        let end = if number == 0 { "" } else { "\n" };
        write!(f, "{end}{}", line.trim_end())?;
    }
    Ok(())
}
