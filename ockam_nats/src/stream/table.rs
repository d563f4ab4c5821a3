use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::shared::Stream;
use crate::lock::lock;

/// The streams of a node, by the last part of their subjects.
#[derive(Default)]
pub(crate) struct Streams(Mutex<HashMap<String, Arc<Stream>>>);

/// A stream in the table, which is removed from it when this is dropped.
pub(crate) struct Listed {
    streams: Arc<Streams>,
    token: String,
}

impl Streams {
    pub(crate) fn add(self: &Arc<Self>, token: &str, stream: &Arc<Stream>) -> Listed {
        lock(&self.0).insert(token.to_owned(), stream.clone());
        Listed {
            streams: self.clone(),
            token: token.to_owned(),
        }
    }

    pub(crate) fn find(&self, token: &str) -> Option<Arc<Stream>> {
        lock(&self.0).get(token).cloned()
    }

    /// Ends all streams.
    pub(crate) fn lose_all(&self, why: &str) {
        let all: Vec<_> = lock(&self.0).values().cloned().collect();
        all.iter().for_each(|stream| stream.lose(why));
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let removed = lock(&self.streams.0).remove(&self.token);
        drop(removed);
    }
}
