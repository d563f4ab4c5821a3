use std::sync::{Arc, Mutex, PoisonError};

use crate::connection::Shared;

/// The connections of a transport, as long as they last.
#[derive(Default)]
pub(crate) struct Links(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// The first one made comes first.
    links: Vec<(u64, Arc<Shared>)>,
    next: u64,
}

/// A connection among the others. Dropped, it takes it off the list.
pub(crate) struct Listed {
    links: Arc<Links>,
    key: u64,
}

impl Links {
    pub(crate) fn add(self: &Arc<Self>, shared: &Arc<Shared>) -> Listed {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = table.next;
        table.next += 1;
        table.links.push((key, shared.clone()));
        let links = self.clone();
        Listed { links, key }
    }

    /// Returns them in the order in which they were made.
    pub(crate) fn all(&self) -> Vec<Arc<Shared>> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let links = table.links.iter();
        links.map(|(_, link)| link.clone()).collect()
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut table = self.links.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = table.links.binary_search_by_key(&self.key, |(key, _)| *key);
        let link = place.map(|place| table.links.remove(place));
        drop(table);
        drop(link);
    }
}
