use std::sync::Arc;

use super::member::Member;
use super::slots::Slots;

/// The members of a group.
pub(super) struct Members {
    /// Sorted by their numbers. Whoever sends to all of them takes a snapshot.
    list: Arc<Vec<Member>>,
    /// Which keys they have, if they are chosen by keys.
    slots: Option<Slots>,
}

impl Members {
    pub(super) fn new(by_key: bool) -> Self {
        Self {
            list: Arc::default(),
            slots: by_key.then(Slots::new),
        }
    }

    pub(super) fn all(&self) -> &Arc<Vec<Member>> {
        &self.list
    }

    pub(super) fn find(&self, id: u64) -> Option<&Member> {
        let place = self.list.binary_search_by_key(&id, |member| member.id);
        place.ok().map(|place| &self.list[place])
    }

    /// Adds a member. Returns `false` if it is one already.
    pub(super) fn add(&mut self, member: Member) -> bool {
        match self.list.binary_search_by_key(&member.id, |it| it.id) {
            Ok(_) => false,
            Err(place) => {
                Arc::make_mut(&mut self.list).insert(place, member);
                true
            }
        }
    }

    /// Removes a member. It is to be dropped after the lock is released.
    pub(super) fn remove(&mut self, id: u64) -> Option<Member> {
        let place = self.list.binary_search_by_key(&id, |member| member.id);
        let removed = Arc::make_mut(&mut self.list).remove(place.ok()?);
        if let Some(slots) = &mut self.slots {
            slots.release(id);
        }
        Some(removed)
    }

    /// Removes all members. They are to be dropped after the lock is released.
    pub(super) fn clear(&mut self) -> Arc<Vec<Member>> {
        self.slots = self.slots.take().map(|_| Slots::new());
        std::mem::take(&mut self.list)
    }

    /// Returns the member that has a key.
    pub(super) fn owner(&self, key: u64) -> Option<&Member> {
        self.find(self.slots.as_ref()?.owner(key)?)
    }

    /// Gives a key to a member, if it has none.
    pub(super) fn assign(&mut self, key: u64) {
        if let Some(slots) = self.slots.as_mut().filter(|it| it.owner(key).is_none()) {
            let members = self.list.iter().filter(|member| !member.is_leaving());
            slots.assign(key, members.map(|member| member.id));
        }
    }
}
