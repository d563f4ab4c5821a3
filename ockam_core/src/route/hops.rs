use std::hash::{Hash, Hasher};

use crate::address::Address;
use crate::reply::ReplyTo;

/// A borrowed view of a [`Route`](super::Route) or of its rest: the addresses, and the right to answer
/// if the route ends with one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hops<'a> {
    addresses: &'a [Address],
    reply_to: Option<&'a ReplyTo>,
}

impl<'a> Hops<'a> {
    /// Creates a view of addresses and the right to answer behind them.
    #[inline]
    pub const fn new(addresses: &'a [Address], reply_to: Option<&'a ReplyTo>) -> Self {
        Self {
            addresses,
            reply_to,
        }
    }

    /// Returns the addresses.
    #[inline]
    pub const fn addresses(self) -> &'a [Address] {
        self.addresses
    }

    /// Returns the right to answer.
    #[inline]
    pub const fn reply_to(self) -> Option<&'a ReplyTo> {
        self.reply_to
    }

    /// Returns an iterator over the addresses, and over the one that stands for the asker behind them.
    pub fn named(self) -> impl Iterator<Item = &'a Address> {
        let asker = self.reply_to.map(ReplyTo::address);
        self.addresses.iter().chain(asker)
    }

    /// Returns `true` if there is no address and no right to answer.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.addresses.is_empty() && self.reply_to.is_none()
    }

    /// Returns the first address and the rest.
    #[inline]
    pub fn split_first(self) -> Option<(&'a Address, Self)> {
        let (first, rest) = self.addresses.split_first()?;
        Some((first, Self::new(rest, self.reply_to)))
    }
}

impl PartialEq for Hops<'_> {
    /// Compares the hops as they are printed. A right to answer equals the address that stands for the
    /// asker, so that a route equals the route that its text is parsed as.
    fn eq(&self, other: &Self) -> bool {
        match (self.reply_to, other.reply_to) {
            (None, None) => self.addresses == other.addresses,
            // Peers choose names, so two asks may have one.
            (Some(own), Some(other_own)) if own == other_own => self.addresses == other.addresses,
            _ => self.named().eq(other.named()),
        }
    }
}

impl Eq for Hops<'_> {}

impl Hash for Hops<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.named().for_each(|address| address.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any::Any;
    use crate::error::{Error, Result};
    use crate::reply::RemoteAsker;

    /// Somebody who asks under a name that a peer has chosen.
    struct Asker(Address);

    impl RemoteAsker for Asker {
        fn address(&self) -> &Address {
            &self.0
        }

        fn answer(&self, _message: Any) -> Result<()> {
            Ok(())
        }

        fn fail(&self, _error: &Error) {}

        fn fail_handler(&self, _worker: &Address, _error: &Error) {}

        fn ends(&self) -> u64 {
            u64::MAX
        }
    }

    #[test]
    fn what_is_the_same_as_a_third_one_is_the_same() {
        let asker = |name: &str| ReplyTo::remote(Asker(name.into()));
        let (one, two, another) = (asker("asker"), asker("asker"), asker("another"));
        let hops = |reply_to| Hops::new(&[], Some(reply_to));
        let name = [Address::from("asker")];
        let named = Hops::new(&name, None);
        assert_eq!((hops(&one), hops(&two)), (named, named));
        assert_eq!(hops(&one), hops(&two));
        assert_ne!(hops(&one), hops(&another));
    }
}
