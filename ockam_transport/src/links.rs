use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ockam_core::Address;

use crate::connection::Inner;
use crate::lock::lock;

/// The open connections of a transport.
#[derive(Default)]
pub(crate) struct Links(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// In the order in which they were made.
    links: Vec<(u64, Arc<Inner>)>,
    next: u64,
}

/// A connection in the list, which is removed from it when this is dropped.
pub(crate) struct Listed {
    links: Arc<Links>,
    key: u64,
}

impl Links {
    pub(crate) fn add(self: &Arc<Self>, connection: &Arc<Inner>) -> Listed {
        let mut table = lock(&self.0);
        let key = table.next;
        table.next += 1;
        table.links.push((key, connection.clone()));
        let links = self.clone();
        Listed { links, key }
    }

    /// Returns how many connections one is within that goes through the one at this address, if it is one of
    /// this transport.
    pub(crate) fn depth_behind(&self, address: Option<&Address>) -> u32 {
        let Some(address) = address else { return 0 };
        let table = lock(&self.0);
        let mut links = table.links.iter();
        let found = links.find(|(_, link)| link.address() == address);
        found.map_or(0, |(_, link)| link.depth().saturating_add(1))
    }

    /// Returns all connections by how many others they are within, those within the most first.
    pub(crate) fn by_depth(&self) -> Vec<Vec<Arc<Inner>>> {
        let mut by_depth = BTreeMap::<_, Vec<_>>::new();
        for link in self.all() {
            by_depth
                .entry(Reverse(link.depth()))
                .or_default()
                .push(link);
        }
        by_depth.into_values().collect()
    }

    /// Returns all connections, in the order in which they were made.
    pub(crate) fn all(&self) -> Vec<Arc<Inner>> {
        let table = lock(&self.0);
        let links = table.links.iter();
        links.map(|(_, link)| link.clone()).collect()
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut table = lock(&self.links.0);
        let place = table.links.binary_search_by_key(&self.key, |(key, _)| *key);
        let link = place.map(|place| table.links.remove(place));
        drop(table);
        drop(link);
    }
}
