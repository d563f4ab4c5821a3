use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, Weak};

use crate::lock::lock;
use crate::quotas::Quotas;
use crate::random::HashSeed;

/// How many open connections the listeners of a node have accepted, in total and from each IP address,
/// and what those of each address hold.
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
    by_ip: HashMap<IpAddr, OfIp, HashSeed>,
    /// How many entries there may be before those of which nothing is left are removed.
    next_removal: usize,
}

/// What there is of an IP address.
#[derive(Default, Debug)]
struct OfIp {
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
    pub(crate) fn admit(self: &Arc<Self>, ip: Option<IpAddr>) -> Result<Place, String> {
        let mut counts = lock(&self.counts);
        if counts.all >= self.max {
            return Err(format!("this node has {} connections already", self.max));
        }
        let owner = ip.map(owner_of);
        let quotas = match (ip, owner) {
            (Some(ip), Some(owner)) => {
                counts.remove_unused();
                let of_ip = counts.by_ip.entry(owner).or_default();
                if of_ip.connections >= self.max_per_ip {
                    return Err(format!("{ip} has {} connections already", self.max_per_ip));
                }
                of_ip.connections += 1;
                of_ip.quotas_within(&self.quotas)
            }
            _ => Arc::new(self.quotas.clone()),
        };
        counts.all += 1;
        let admitted = self.clone();
        Ok(Place {
            admitted,
            owner,
            quotas,
        })
    }
}

impl OfIp {
    fn quotas_within(&mut self, all: &Quotas) -> Arc<Quotas> {
        self.quotas.upgrade().unwrap_or_else(|| {
            let quotas = Arc::new(all.of_ip());
            self.quotas = Arc::downgrade(&quotas);
            quotas
        })
    }
}

impl AcceptedCounts {
    /// Removes addresses that have nothing here any more. The rest may double before the next removal.
    fn remove_unused(&mut self) {
        if self.by_ip.len() >= self.next_removal {
            self.by_ip
                .retain(|_, of_ip| of_ip.connections > 0 || of_ip.quotas.strong_count() > 0);
            self.next_removal = 2 * self.by_ip.len() + 1;
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
    owner: Option<IpAddr>,
    /// What the connections of the same IP address may hold together.
    pub(crate) quotas: Arc<Quotas>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.admitted.counts);
        counts.all -= 1;
        let of_ip = self.owner.and_then(|owner| counts.by_ip.get_mut(&owner));
        if let Some(of_ip) = of_ip {
            of_ip.connections -= 1;
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
        let (here, there) = (Some([10, 0, 0, 1].into()), Some([10, 0, 0, 2].into()));
        let first = admitted.admit(here).ok();
        let _second = admitted.admit(here).ok();
        let refused = admitted.admit(here).err();
        assert_eq!(
            refused.as_deref(),
            Some("10.0.0.1 has 2 connections already")
        );
        let _third = admitted.admit(there).ok();
        let refused = admitted.admit(there).err();
        assert_eq!(
            refused.as_deref(),
            Some("this node has 3 connections already")
        );
        drop(first);
        assert!(admitted.admit(here).is_ok());
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
            let _first = admitted.admit(one.parse().ok()).ok();
            let second = admitted.admit(other.parse().ok());
            assert_eq!(second.is_err(), are_one, "{one} and {other}");
        }
    }

    #[test]
    fn addresses_that_are_gone_take_no_memory() {
        let admitted = admitted(9, 9);
        for number in 0..10_000_u32 {
            let place = admitted.admit(Some(IpAddr::from(number.to_be_bytes())));
            assert!(place.is_ok());
            assert!(lock(&admitted.counts).by_ip.len() < 5);
        }
    }
}
