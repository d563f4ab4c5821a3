use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::connection::Shared;

/// The connections of a transport, as long as they last.
#[derive(Default)]
pub(crate) struct Links(Mutex<Table>);

#[derive(Default)]
struct Table {
    links: BTreeMap<u64, Arc<Shared>>,
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
        table.links.insert(key, shared.clone());
        let links = self.clone();
        Listed { links, key }
    }

    /// Returns them in the order in which they were made.
    pub(crate) fn all(&self) -> Vec<Arc<Shared>> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.links.values().cloned().collect()
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut table = self.links.0.lock().unwrap_or_else(PoisonError::into_inner);
        let link = table.links.remove(&self.key);
        drop(table);
        drop(link);
    }
}
