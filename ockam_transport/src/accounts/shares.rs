use ockam_core::Address;

use super::address_map::AddressMap;

/// How many bytes of a whole each origin holds. An origin is a connection whose messages are forwarded
/// or, as `None`, this node.
///
/// An origin may hold as much as is left for all others. A single one gets half of the whole, and two
/// that want the same get a third each. Nothing is taken away from an origin: one that comes late may
/// hold half of what is left, and more as others give back.
#[derive(Default)]
pub(super) struct Shares {
    total: usize,
    own: usize,
    of_others: AddressMap<usize>,
}

impl Shares {
    /// Tells whether an origin may hold more of `whole` bytes.
    pub(super) fn has_room(&self, origin: Option<&Address>, whole: usize) -> bool {
        let held = match origin {
            Some(origin) => self.of_others.get(origin).copied().unwrap_or_default(),
            None => self.own,
        };
        held < whole.saturating_sub(self.total)
    }

    pub(super) fn add(&mut self, origin: Option<&Address>, bytes: usize) {
        self.total += bytes;
        match origin {
            Some(origin) => *self.of_others.entry(origin.clone()).or_default() += bytes,
            None => self.own += bytes,
        }
    }

    pub(super) fn remove(&mut self, origin: Option<&Address>, bytes: usize) {
        self.total -= bytes;
        let Some(origin) = origin else {
            self.own -= bytes;
            return;
        };
        if let Some(held) = self.of_others.get_mut(origin) {
            *held -= bytes;
            if *held == 0 {
                self.of_others.remove(origin);
            }
        }
    }

    /// Returns the connections that hold anything.
    pub(super) fn origins(&self) -> Vec<Address> {
        self.of_others.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: usize = 1_200;

    /// Adds as much as an origin may hold, and returns it.
    fn fill(shares: &mut Shares, origin: Option<&Address>) -> usize {
        let before = shares.total;
        while shares.has_room(origin, WHOLE) {
            shares.add(origin, 1);
        }
        shares.total - before
    }

    #[test]
    fn whoever_comes_late_may_hold_half_of_what_is_left() {
        let mut shares = Shares::default();
        let (one, two) = (Address::from("one"), Address::from("two"));
        assert_eq!(fill(&mut shares, Some(&one)), WHOLE / 2);
        assert_eq!(fill(&mut shares, Some(&two)), WHOLE / 4);
        assert_eq!(fill(&mut shares, None), WHOLE / 8);
        assert_eq!(fill(&mut shares, Some(&one)), 0);
    }

    #[test]
    fn origins_that_want_the_same_get_the_same() {
        let mut shares = Shares::default();
        let (one, two) = (Address::from("one"), Address::from("two"));
        for origin in [Some(&one), Some(&two), None]
            .into_iter()
            .cycle()
            .take(WHOLE)
        {
            if shares.has_room(origin, WHOLE) {
                shares.add(origin, 1);
            }
        }
        assert_eq!((shares.of_others[&one], shares.of_others[&two]), (300, 300));
        assert_eq!((shares.own, shares.total), (300, 900));
    }

    #[test]
    fn what_is_given_back_is_for_all() {
        let mut shares = Shares::default();
        let one = Address::from("one");
        let held = fill(&mut shares, Some(&one));
        shares.remove(Some(&one), held);
        assert!(shares.origins().is_empty());
        assert_eq!(fill(&mut shares, None), WHOLE / 2);
        shares.remove(None, WHOLE / 2);
        assert_eq!((shares.own, shares.total), (0, 0));
    }
}
