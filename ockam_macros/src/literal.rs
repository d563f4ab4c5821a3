use proc_macro2::Literal;

/// Returns what stands between the quotes of a string, as it is written.
pub(crate) fn text(literal: &Literal) -> Option<String> {
    let written = literal.to_string();
    let quoted = match written.strip_prefix('r') {
        Some(raw) => raw.trim_matches('#'),
        None => &written,
    };
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    Some(text.to_owned())
}

/// Returns a whole number.
pub(crate) fn number(literal: &Literal) -> Option<usize> {
    let written = literal.to_string().replace('_', "");
    let digits = written.split(['i', 'u']).next()?; // Without the suffix that names a type.
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0o") => (&digits[2..], 8),
        Some("0b") => (&digits[2..], 2),
        _ => (digits, 10),
    };
    usize::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use proc_macro2::Literal;

    use super::{number, text};

    fn literal(text: &str) -> Literal {
        text.parse().expect("a literal")
    }

    #[test]
    fn a_text_is_what_stands_between_the_quotes() {
        for written in ["\"a#\"", "r\"a#\"", "r##\"a#\"##"] {
            assert_eq!(text(&literal(written)).as_deref(), Some("a#"), "{written}");
        }
        for written in ["1", "'a'", "b\"a\"", "c\"a\"", "br\"a\""] {
            assert_eq!(text(&literal(written)), None, "{written}");
        }
    }

    #[test]
    fn a_number_is_whole() {
        for written in [
            "16",
            "1_6",
            "16usize",
            "16_i32",
            "0x10",
            "0o20",
            "0b1_0000u8",
        ] {
            assert_eq!(number(&literal(written)), Some(16), "{written}");
        }
        for written in ["1.5", "1e3", "'1'", "\"1\"", "99999999999999999999"] {
            assert_eq!(number(&literal(written)), None, "{written}");
        }
    }
}
