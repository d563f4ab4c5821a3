use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

use crate::random::HashSeed;

/// A count of something for each address, or for each route.
///
/// The count that was used last is kept beside the map. The next message mostly needs the same one,
/// which is then found without hashing its key.
#[derive(Debug)]
pub(super) struct Counts<K, V = u32> {
    last_used: Option<(K, V)>,
    others: HashMap<K, V, HashSeed>,
}

impl<K, V> Default for Counts<K, V> {
    fn default() -> Self {
        Self {
            last_used: None,
            others: HashMap::default(),
        }
    }
}

impl<K: Eq + Hash, V: Copy> Counts<K, V> {
    pub(super) fn len(&self) -> usize {
        self.others.len() + usize::from(self.last_used.is_some())
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        match &self.last_used {
            Some((last_used, count)) if last_used == key => Some(*count),
            _ => self.others.get(key).copied(),
        }
    }

    /// Returns a count to be changed. It becomes the one that was used last.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let is_last_used = self.last_used.as_ref();
        if !is_last_used.is_some_and(|(last_used, _)| last_used == key) {
            let (key, count) = self.others.remove_entry(key)?;
            self.insert(key, count);
        }
        self.last_used.as_mut().map(|(_, count)| count)
    }

    /// Adds a count for a key that has none. It becomes the one that was used last.
    pub(super) fn insert(&mut self, key: K, count: V) {
        let before = self.last_used.replace((key, count));
        self.others.extend(before);
    }

    /// Returns all keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &K> {
        let last_used = self.last_used.iter().map(|(key, _)| key);
        last_used.chain(self.others.keys())
    }

    /// Removes the counts that `keep` returns `false` for.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, V) -> bool) {
        self.last_used = self
            .last_used
            .take()
            .filter(|(key, count)| keep(key, *count));
        self.others.retain(|key, count| keep(key, *count));
    }

    /// Removes and returns all counts.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (K, V)> + use<K, V> {
        let Self { last_used, others } = mem::take(self);
        last_used.into_iter().chain(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_count() {
        let mut counts = Counts::<u32>::default();
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
