use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of different lines that are counted at a time. All others are counted as one.
const MAX_KINDS: usize = 64;

/// How many lines of each kind were left out.
#[derive(Default)]
pub(crate) struct Repeated(Mutex<HashMap<String, u64>>);

impl Repeated {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a line. Returns the kind under which it is to be written, or `None` if it is left out.
    pub(super) fn count<'a>(&self, kind: &'a str) -> Option<&'a str> {
        let mut kinds = self.lock();
        let kind = match kinds.len() < MAX_KINDS || kinds.contains_key(kind) {
            true => kind,
            false => "failed for other reasons",
        };
        if let Some(left_out) = kinds.get_mut(kind) {
            *left_out += 1;
            return None;
        }
        kinds.insert(kind.to_owned(), 0);
        Some(kind)
    }

    /// Ends the counting of a kind. Returns how many lines were left out.
    pub(super) fn take(&self, kind: &str) -> u64 {
        self.lock().remove(kind).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_alike_are_counted_and_kinds_are_bounded() {
        let repeated = Repeated::default();
        assert_eq!(repeated.count("same"), Some("same"));
        assert!((0..10).all(|_| repeated.count("same").is_none()));
        for number in 0..1_000 {
            repeated.count(&format!("different {number}"));
        }
        assert_eq!(repeated.lock().len(), MAX_KINDS + 1);
        assert_eq!(repeated.take("same"), 10);
        assert_eq!(repeated.take("same"), 0);
    }
}
