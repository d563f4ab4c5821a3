use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::lock::lock;

/// How many open connections the listeners of a node have accepted, in total and from each IP address.
#[derive(Debug)]
pub(crate) struct Admitted {
    counts: Mutex<AcceptedCounts>,
    max: usize,
    max_per_ip: usize,
}

#[derive(Default, Debug)]
struct AcceptedCounts {
    all: usize,
    /// Sorted by address.
    by_ip: Vec<(IpAddr, usize)>,
}

impl AcceptedCounts {
    /// Finds the count of an IP address, or else where to insert it.
    fn place(&self, ip: IpAddr) -> Result<usize, usize> {
        self.by_ip.binary_search_by_key(&ip, |(ip, _)| *ip)
    }
}

impl Admitted {
    pub(crate) fn new(max: usize, max_per_ip: usize) -> Arc<Self> {
        let counts = Mutex::default();
        Arc::new(Self {
            counts,
            max,
            max_per_ip,
        })
    }

    /// AcceptedCounts a connection.
    ///
    /// # Errors
    ///
    /// A text that says which limit is exceeded.
    pub(crate) fn admit(self: &Arc<Self>, ip: Option<IpAddr>) -> Result<Place, String> {
        let mut counts = lock(&self.counts);
        if counts.all >= self.max {
            return Err(format!("this node has {} connections already", self.max));
        }
        if let Some(ip) = ip {
            let place = counts.place(ip).unwrap_or_else(|place| {
                counts.by_ip.insert(place, (ip, 0));
                place
            });
            let (_, of_ip) = &mut counts.by_ip[place];
            if *of_ip >= self.max_per_ip {
                return Err(format!("{ip} has {} connections already", self.max_per_ip));
            }
            *of_ip += 1;
        }
        counts.all += 1;
        let admitted = self.clone();
        Ok(Place { admitted, ip })
    }
}

/// The place of one connection. It is free again when this is dropped.
pub(crate) struct Place {
    admitted: Arc<Admitted>,
    ip: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.admitted.counts);
        counts.all -= 1;
        let Some(ip) = self.ip else { return };
        if let Ok(place) = counts.place(ip) {
            let (_, of_ip) = &mut counts.by_ip[place];
            *of_ip -= 1;
            if *of_ip == 0 {
                counts.by_ip.remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_given_back() {
        let admitted = Admitted::new(3, 2);
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
}
