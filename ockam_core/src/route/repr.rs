use std::hash::{Hash, Hasher};
use std::iter;
use std::mem;
use std::sync::Arc;

use super::Hops;
use crate::address::Address;
use crate::reply::ReplyTo;

/// The representation of a [`Route`](super::Route). Most routes are one address, or a right to answer
/// alone, and need no allocation.
#[derive(Clone, Default)]
pub(super) enum Repr {
    #[default]
    Empty,
    One(Address),
    Reply(ReplyTo),
    /// A longer route: the addresses from `start` on. It shares them with its clones, and with routes
    /// from which its first addresses were removed.
    Long {
        list: Arc<List>,
        start: u32,
    },
}

#[derive(Clone)]
pub(super) struct List {
    addresses: Vec<Address>,
    reply_to: Option<ReplyTo>,
}

impl Repr {
    pub(super) fn new(addresses: Vec<Address>, reply_to: Option<ReplyTo>) -> Self {
        match (addresses.len(), reply_to) {
            (0, None) => Self::Empty,
            (0, Some(reply_to)) => Self::Reply(reply_to),
            (1, None) => addresses.into_iter().next().map_or(Self::Empty, Self::One),
            (_, reply_to) => {
                let list = Arc::new(List {
                    addresses,
                    reply_to,
                });
                Self::Long { list, start: 0 }
            }
        }
    }

    #[inline]
    pub(super) fn hops(&self) -> Hops<'_> {
        match self {
            Self::Empty => Hops::new(&[], None),
            Self::One(address) => Hops::new(std::slice::from_ref(address), None),
            Self::Reply(reply_to) => Hops::new(&[], Some(reply_to)),
            Self::Long { list, start } => {
                Hops::new(&list.addresses[*start as usize..], list.reply_to.as_ref())
            }
        }
    }

    /// Returns `true` if dropping the route frees nothing.
    #[inline(always)]
    pub(super) fn owns_nothing(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::One(address) => address.owns_nothing(),
            Self::Reply(_) | Self::Long { .. } => false,
        }
    }

    /// Returns the right to answer, if the route is nothing else.
    #[inline(always)]
    pub(super) fn as_reply(&self) -> Option<&ReplyTo> {
        match self {
            Self::Reply(reply_to) => Some(reply_to),
            _ => None,
        }
    }

    /// Copies an empty route or one short address. What was in `to` is not dropped.
    #[inline(always)]
    pub(super) fn copy_plain_to(&self, to: &mut Self) -> bool {
        match self {
            Self::Empty => {
                mem::forget(mem::replace(to, Self::Empty));
                true
            }
            Self::One(address) => match address.copy_short() {
                Some(copy) => {
                    mem::forget(mem::replace(to, Self::One(copy)));
                    true
                }
                None => false,
            },
            Self::Reply(_) | Self::Long { .. } => false,
        }
    }

    /// Returns the route without its first address. Both share their memory.
    pub(super) fn rest(&self) -> Self {
        match self {
            Self::Empty | Self::One(_) => Self::Empty,
            Self::Reply(reply_to) => Self::Reply(reply_to.clone()),
            Self::Long { list, start } => {
                let start = start + 1;
                match (&list.addresses[start as usize..], &list.reply_to) {
                    ([], None) => Self::Empty,
                    ([], Some(reply_to)) => Self::Reply(reply_to.clone()),
                    ([last], None) => Self::One(last.clone()),
                    _ => Self::Long {
                        list: list.clone(),
                        start,
                    },
                }
            }
        }
    }

    pub(super) fn push_front(&mut self, address: Address) {
        let Some((list, start)) = self.unshared() else {
            return self.change(|addresses| addresses.insert(0, address));
        };
        if *start == 0 {
            // As much room as there are addresses, so that building a route from its end takes time that is
            // linear in its length.
            let room = list.addresses.len();
            let nothing = iter::repeat_with(|| Address::local("")).take(room);
            list.addresses.splice(..0, nothing);
            *start = room as u32;
        }
        *start -= 1;
        list.addresses[*start as usize] = address;
    }

    pub(super) fn push_back(&mut self, address: Address) {
        self.extend([address]);
    }

    pub(super) fn extend(&mut self, more: impl IntoIterator<Item = Address>) {
        match self.unshared() {
            Some((list, _)) => list.addresses.extend(more),
            None => self.change(|addresses| addresses.extend(more)),
        }
    }

    /// Returns the list of a long route that shares it with nobody, and where the route begins in it.
    fn unshared(&mut self) -> Option<(&mut List, &mut u32)> {
        match self {
            Self::Long { list, start } => Some((Arc::get_mut(list)?, start)),
            _ => None,
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Address>)) {
        let (mut addresses, reply_to) = mem::take(self).into_parts();
        change(&mut addresses);
        *self = Self::new(addresses, reply_to);
    }

    fn into_parts(self) -> (Vec<Address>, Option<ReplyTo>) {
        match self {
            Self::Empty => (Vec::new(), None),
            Self::One(address) => (vec![address], None),
            Self::Reply(reply_to) => (Vec::new(), Some(reply_to)),
            Self::Long { list, start } => match Arc::try_unwrap(list) {
                Ok(mut list) => {
                    list.addresses.drain(..start as usize);
                    (list.addresses, list.reply_to)
                }
                Err(list) => {
                    let addresses = list.addresses[start as usize..].to_vec();
                    (addresses, list.reply_to.clone())
                }
            },
        }
    }
}

impl PartialEq for Repr {
    fn eq(&self, other: &Self) -> bool {
        self.hops() == other.hops()
    }
}

impl Eq for Repr {}

impl Hash for Repr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hops().hash(state);
    }
}
