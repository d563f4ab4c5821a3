//! Text from elsewhere, as it may be printed.

use std::fmt::{self, Write};

/// Returns whether a character would do something to a terminal or a log instead of being seen: it ends a
/// line, controls a terminal, or changes the direction of what follows.
pub fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Writes text as one line that can be seen: invisible characters are escaped as `\u{202e}`, and what is
/// longer than a number of bytes is cut.
pub struct Visible {
    line: String,
    max_bytes: usize,
    is_cut: bool,
}

impl Visible {
    /// Formats text as a line of at most `max_bytes`, and a mark if it was cut.
    pub fn line(max_bytes: usize, text: impl fmt::Display) -> String {
        let mut visible = Self {
            line: String::new(),
            max_bytes,
            is_cut: false,
        };
        // It fails where the line is cut, and if the `Display` of the text fails.
        let _ = write!(visible, "{text}");
        if visible.is_cut {
            visible.line.push('…');
        }
        visible.line
    }

    fn push(&mut self, text: &str) -> fmt::Result {
        self.is_cut = self.line.len() + text.len() > self.max_bytes;
        if self.is_cut {
            return Err(fmt::Error);
        }
        self.line.push_str(text);
        Ok(())
    }
}

impl Write for Visible {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // After a cut, nothing more is written, also if whoever writes goes on.
        if self.is_cut {
            return Err(fmt::Error);
        }
        // What can be seen, which is mostly all, is written as one piece.
        let is_plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let plain = text.bytes().take_while(|byte| is_plain(byte)).count();
        let (plain, rest) = match self.line.len() + plain <= self.max_bytes {
            true => text.split_at(plain),
            false => ("", text),
        };
        self.push(plain)?;
        let mut buffer = [0; 4];
        for char in rest.chars() {
            match char {
                '\n' => self.push("\\n")?,
                _ if is_invisible(char) => self.push(&char.escape_unicode().to_string())?,
                _ => self.push(char.encode_utf8(&mut buffer))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_escaped() {
        let line = Visible::line(100, "a\nb\u{1b}[2J\u{202e}\u{2028}\u{7f}é");
        assert_eq!(line, "a\\nb\\u{1b}[2J\\u{202e}\\u{2028}\\u{7f}é");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(Visible::line(4, "four"), "four");
        assert_eq!(Visible::line(4, "fourth"), "four…");
        assert_eq!(Visible::line(4, format_args!("{}{}", "abcé", "d")), "abc…");
        assert_eq!(Visible::line(4, "abc\n"), "abc…");
        assert_eq!(Visible::line(0, "a"), "…");
    }
}
