/// Finds the name that the user probably meant: one with a similar spelling, or one that starts with
/// what the user wrote.
pub(crate) fn meant<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
    let starts_alike = |name: &&&str| name.starts_with(written) && written.len() > 3;
    let closest = names.iter().min_by_key(|name| distance(written, name))?;
    if distance(written, closest) <= closest.len() / 3 {
        return Some(closest);
    }
    names.iter().find(starts_alike).copied()
}

/// Counts the letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, meant};

    const NAMES: [&str; 3] = ["initialize", "handle_message", "shutdown"];

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn a_misspelled_name_is_recognised() {
        assert_eq!(meant("handle_mesage", &NAMES), Some("handle_message"));
        assert_eq!(meant("initialise", &NAMES), Some("initialize"));
        assert_eq!(meant("shut_down", &NAMES), Some("shutdown"));
        assert_eq!(meant("handle", &NAMES), Some("handle_message"));
    }

    #[test]
    fn an_unrelated_name_is_not_recognised() {
        assert_eq!(meant("count", &NAMES), None);
        assert_eq!(meant("in", &NAMES), None);
        assert_eq!(meant("", &NAMES), None);
    }
}
