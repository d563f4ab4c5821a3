use std::collections::BTreeMap;

/// The number of keys that are told apart. A key is one of so many slots, by its hash.
const SLOTS: usize = 16 * 1024;

/// No member: numbers of registrations begin with 1.
const NOBODY: u64 = 0;

/// Which member the keys of each slot belong to.
///
/// A slot is given to a member when its first message comes, and taken back when the member has gone. Hashing of
/// keys to members without a table, such as rendezvous hashing, would give keys of living members to each new one.
pub(super) struct Slots {
    owners: Box<[u64]>,
    /// How many slots each member has, if it has some.
    counts: BTreeMap<u64, usize>,
}

impl Slots {
    pub(super) fn new() -> Self {
        Self {
            owners: vec![NOBODY; SLOTS].into_boxed_slice(),
            counts: BTreeMap::new(),
        }
    }

    /// Returns the number of the member that has a key.
    pub(super) fn owner(&self, key: u64) -> Option<u64> {
        let owner = self.owners[slot_of(key)];
        (owner != NOBODY).then_some(owner)
    }

    /// Gives a key to the member that has the fewest slots. Returns its number.
    pub(super) fn assign(&mut self, key: u64, members: impl Iterator<Item = u64>) -> Option<u64> {
        let slots = |member: &u64| self.counts.get(member).copied().unwrap_or(0);
        let member = members.min_by_key(slots)?;
        *self.counts.entry(member).or_default() += 1;
        self.owners[slot_of(key)] = member;
        Some(member)
    }

    /// Takes back all slots of a member.
    pub(super) fn release(&mut self, member: u64) {
        if self.counts.remove(&member).is_some() {
            let owned = self.owners.iter_mut().filter(|owner| **owner == member);
            owned.for_each(|owner| *owner = NOBODY);
        }
    }
}

fn slot_of(key: u64) -> usize {
    key as usize % SLOTS
}
