use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

use foldhash::quality::RandomState;

/// A count for each address, or for each route.
///
/// The one that was used last lies on top of the others: mostly the next message needs the same, which is
/// then found without a hash.
#[derive(Debug)]
pub(super) struct Counts<K> {
    top: Option<(K, u32)>,
    others: HashMap<K, u32, RandomState>,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self {
            top: None,
            others: HashMap::default(),
        }
    }
}

impl<K: Eq + Hash> Counts<K> {
    pub(super) fn len(&self) -> usize {
        self.others.len() + usize::from(self.top.is_some())
    }

    pub(super) fn get(&self, key: &K) -> Option<u32> {
        match &self.top {
            Some((top, count)) if top == key => Some(*count),
            _ => self.others.get(key).copied(),
        }
    }

    /// Finds a count to be changed, which then lies on top.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut u32> {
        let is_on_top = self.top.as_ref().is_some_and(|(top, _)| top == key);
        if !is_on_top {
            let (key, count) = self.others.remove_entry(key)?;
            self.insert(key, count);
        }
        self.top.as_mut().map(|(_, count)| count)
    }

    /// Adds a count that isn't there, on top.
    pub(super) fn insert(&mut self, key: K, count: u32) {
        let before = self.top.replace((key, count));
        self.others.extend(before);
    }

    /// Returns the keys of all.
    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        let top = self.top.iter().map(|(key, _)| key);
        top.chain(self.others.keys())
    }

    /// Forgets those counts that are not to be kept.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, u32) -> bool) {
        self.top = self.top.take().filter(|(key, count)| keep(key, *count));
        self.others.retain(|key, count| keep(key, *count));
    }

    /// Takes all out.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (K, u32)> + use<K> {
        let Self { top, others } = mem::take(self);
        top.into_iter().chain(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_count_wherever_it_lies() {
        let mut counts = Counts::default();
        for key in 0..3 {
            counts.insert(key, 10 * key);
        }
        for key in [0, 0, 1, 2, 1, 0] {
            *counts.get_mut(&key).unwrap() += 1;
        }
        assert_eq!([0, 1, 2].map(|key| counts.get(&key)), [3, 12, 21].map(Some));
        assert_eq!(counts.get_mut(&3), None);
        assert_eq!((counts.get(&3), counts.len()), (None, 3));
        assert_eq!(counts.get(&0), Some(3));
        counts.retain(|_, count| count > 3);
        assert_eq!((counts.get(&0), counts.len()), (None, 2));
        let mut keys: Vec<_> = counts.keys().copied().collect();
        keys.sort_unstable();
        assert_eq!(keys, [1, 2]);
        let mut all: Vec<_> = counts.take().collect();
        all.sort_unstable();
        assert_eq!((all, counts.len()), (vec![(1, 12), (2, 21)], 0));
    }
}
