use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, Weak};

use ockam_core::Address;

use crate::lock::lock;
use crate::quotas::Quotas;
use crate::random::HashSeed;

/// How many open connections the listeners of a node have accepted, in total and from each owner, and what
/// those of each owner hold.
#[derive(Debug)]
pub(crate) struct Admitted {
    counts: Mutex<AcceptedCounts>,
    max: usize,
    max_per_ip: usize,
    quotas: Quotas,
}

#[derive(Default, Debug)]
struct AcceptedCounts {
    all: usize,
    by_owner: HashMap<Owner, OfOwner, HashSeed>,
    /// How many entries there may be before those of which nothing is left are removed.
    next_removal: usize,
}

/// Whose connections count together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Owner {
    /// Those of an IP address.
    Ip(IpAddr),
    /// Those within another connection.
    Connection(Address),
}

impl Owner {
    pub(crate) fn of_ip(ip: IpAddr) -> Self {
        Self::Ip(ip)
    }

    /// Returns the owner under which those of this one are counted.
    fn key(&self) -> Self {
        match self {
            Self::Ip(ip) => Self::Ip(owner_of(*ip)),
            Self::Connection(address) => Self::Connection(address.clone()),
        }
    }

    pub(crate) fn of_connection(address: &Address) -> Self {
        Self::Connection(address.clone())
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Connection(address) => address.fmt(f),
        }
    }
}

/// What there is of an owner.
#[derive(Default, Debug)]
struct OfOwner {
    connections: usize,
    /// Its quotas, as long as one of its connections or messages is there.
    quotas: Weak<Quotas>,
}

impl Admitted {
    pub(crate) fn new(max: usize, max_per_ip: usize, quotas: &Quotas) -> Arc<Self> {
        Arc::new(Self {
            counts: Mutex::default(),
            max,
            max_per_ip,
            quotas: quotas.clone(),
        })
    }

    /// Counts a connection.
    ///
    /// # Errors
    ///
    /// A text that says which limit is exceeded.
    pub(crate) fn admit(self: &Arc<Self>, owner: Option<Owner>) -> Result<Place, String> {
        let mut counts = lock(&self.counts);
        if counts.all >= self.max {
            return Err(format!("this node has {} connections already", self.max));
        }
        let quotas = match &owner {
            Some(owner) => {
                counts.remove_unused();
                let of_owner = counts.by_owner.entry(owner.key()).or_default();
                if of_owner.connections >= self.max_per_ip {
                    let most = self.max_per_ip;
                    return Err(format!("{owner} has {most} connections already"));
                }
                of_owner.connections += 1;
                of_owner.quotas_within(&self.quotas)
            }
            None => Arc::new(self.quotas.clone()),
        };
        counts.all += 1;
        let admitted = self.clone();
        Ok(Place {
            admitted,
            owner: owner.as_ref().map(Owner::key),
            quotas,
        })
    }
}

impl OfOwner {
    fn quotas_within(&mut self, all: &Quotas) -> Arc<Quotas> {
        self.quotas.upgrade().unwrap_or_else(|| {
            let quotas = Arc::new(all.of_ip());
            self.quotas = Arc::downgrade(&quotas);
            quotas
        })
    }
}

impl AcceptedCounts {
    /// Removes owners that have nothing here any more. The rest may double before the next removal.
    fn remove_unused(&mut self) {
        if self.by_owner.len() >= self.next_removal {
            self.by_owner
                .retain(|_, it| it.connections > 0 || it.quotas.strong_count() > 0);
            self.next_removal = 2 * self.by_owner.len() + 1;
        }
    }
}

/// Returns the address that stands for all those of one owner: an IPv6 network of 64 bits is mostly given
/// to one, and this machine has many.
fn owner_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        ip if ip.is_loopback() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V6(ip) => {
            let network = u128::from(ip) >> 64 << 64;
            Ipv6Addr::from(network).into()
        }
        ip => ip,
    }
}

/// The place of one connection. It is free again when this is dropped.
pub(crate) struct Place {
    admitted: Arc<Admitted>,
    owner: Option<Owner>,
    /// What the connections of the same owner may hold together.
    pub(crate) quotas: Arc<Quotas>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.admitted.counts);
        counts.all -= 1;
        let owner = self.owner.as_ref();
        let of_owner = owner.and_then(|owner| counts.by_owner.get_mut(owner));
        if let Some(of_owner) = of_owner {
            of_owner.connections -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::TransportSettings;

    fn admitted(max: usize, max_per_ip: usize) -> Arc<Admitted> {
        Admitted::new(max, max_per_ip, &Quotas::new(&TransportSettings::new()))
    }

    #[test]
    fn places_are_limited_and_given_back() {
        let admitted = admitted(3, 2);
        let ip = |last| Some(Owner::of_ip([10, 0, 0, last].into()));
        let (here, there) = (|| ip(1), || ip(2));
        let first = admitted.admit(here()).ok();
        let _second = admitted.admit(here()).ok();
        let refused = admitted.admit(here()).err();
        assert_eq!(
            refused.as_deref(),
            Some("10.0.0.1 has 2 connections already")
        );
        let _third = admitted.admit(there()).ok();
        let refused = admitted.admit(there()).err();
        assert_eq!(
            refused.as_deref(),
            Some("this node has 3 connections already")
        );
        drop(first);
        assert!(admitted.admit(here()).is_ok());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_and_so_does_this_machine() {
        for (one, other, are_one) in [
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("127.0.0.1", "127.1.2.3", true),
            ("127.0.0.1", "::1", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
        ] {
            let admitted = admitted(9, 1);
            let owner = |ip: &str| ip.parse().ok().map(Owner::of_ip);
            let _first = admitted.admit(owner(one)).ok();
            let second = admitted.admit(owner(other));
            assert_eq!(second.is_err(), are_one, "{one} and {other}");
        }
    }

    #[test]
    fn addresses_that_are_gone_take_no_memory() {
        let admitted = admitted(9, 9);
        for number in 0..10_000_u32 {
            let ip = IpAddr::from(number.to_be_bytes());
            let place = admitted.admit(Some(Owner::of_ip(ip)));
            assert!(place.is_ok());
            assert!(lock(&admitted.counts).by_owner.len() < 5);
        }
    }
}
