use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::oneshot;

use crate::lock::lock;

/// The questions of this node to others on the bus, by the last part of the subject for the answer.
#[derive(Default)]
pub(crate) struct Queries(Mutex<HashMap<String, oneshot::Sender<bool>>>);

/// A question in the table, which is removed from it when this is dropped.
pub(crate) struct Asked<'a> {
    queries: &'a Queries,
    token: String,
}

impl Queries {
    /// Adds a question. Its answer is whether there was one.
    pub(crate) fn add(&self, token: &str, answer: oneshot::Sender<bool>) -> Asked<'_> {
        lock(&self.0).insert(token.to_owned(), answer);
        Asked {
            queries: self,
            token: token.to_owned(),
        }
    }

    /// Answers a question. Returns `false` if nobody waits for it.
    pub(crate) fn answer(&self, token: &str, answer: bool) -> bool {
        let asked = lock(&self.0).remove(token);
        // It fails if nobody waits for it any more.
        asked.is_some_and(|asked| asked.send(answer).is_ok())
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        lock(&self.queries.0).remove(&self.token);
    }
}
