use std::sync::{Arc, Mutex};

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
