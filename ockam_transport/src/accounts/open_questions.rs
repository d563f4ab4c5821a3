use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex};

use ockam_core::reply::WeakReplyTo;
use ockam_core::{Address, Route};

use super::address_bytes::address_bytes;
use super::address_map::AddressMap;
use crate::lock::lock;
use crate::quota::Share;
use crate::random::HashSeed;

/// The questions of the peer that have not been answered yet.
///
/// For each, room is reserved for the report that it failed, which needs as much as the way back and a
/// little more. So a question that was admitted always hears what became of it, even if the peer takes no
/// answers. Each may be cancelled by the peer.
pub(super) struct OpenQuestions(Arc<Mutex<Open>>);

struct Open {
    /// What is reserved, of that which all connections may.
    share: Share,
    /// The questions by the name of their asker.
    asks: AddressMap<Question>,
    /// The peer chooses the names: these are the questions whose name has come again. They can't be cancelled
    /// by it any more.
    unnamed: HashMap<ReservedId, WeakReplyTo, HashSeed>,
    last: ReservedId,
}

struct Question {
    id: ReservedId,
    ask: WeakReplyTo,
}

/// Tells the questions of a peer apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ReservedId(u64);

/// The room for the report of one failure. It is free again when this is dropped.
pub(crate) struct Reserved {
    questions: Arc<Mutex<Open>>,
    bytes: usize,
    id: ReservedId,
    asker: Address,
}

/// How many bytes are reserved at most: for about 40,000 questions with short ways back.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// About how many bytes a question and its report take beside the way back.
const OVERHEAD_BYTES: usize = 384;

impl OpenQuestions {
    pub(super) fn new(share: Share) -> Self {
        Self(Arc::new(Mutex::new(Open {
            share,
            asks: AddressMap::default(),
            unnamed: HashMap::default(),
            last: ReservedId(0),
        })))
    }

    /// Reserves room for the report that a question failed, unless there is none. The asker is at the end of
    /// the way back.
    pub(super) fn reserve(&self, back: &Route) -> Option<Reserved> {
        let asker = back.last()?.clone();
        let bytes = OVERHEAD_BYTES + 2 * address_bytes(back);
        let mut open = lock(&self.0);
        if open.share.bytes() + bytes > MAX_BYTES || open.share.is_too_much() {
            return None;
        }
        open.share.add(bytes);
        open.last.0 += 1;
        Some(Reserved {
            questions: self.0.clone(),
            bytes,
            id: open.last,
            asker,
        })
    }

    /// Notes the question for which room is reserved.
    pub(super) fn note(&self, id: &ReservedId, asker: Address, ask: WeakReplyTo) {
        let question = Question { id: *id, ask };
        let mut open = lock(&self.0);
        if let Some(before) = open.asks.insert(asker, question) {
            open.unnamed.insert(before.id, before.ask);
        }
    }

    /// Ends the question with this way back, because its time is over or its asker has dropped it.
    pub(super) fn cancel(&self, back: &Route, is_over: bool) {
        let Some(asker) = back.last() else { return };
        let question = lock(&self.0).asks.remove(asker);
        // Without the lock: those who watch the ask are told, and its room is free again.
        if let Some(question) = question {
            question.ask.cancel(is_over);
        }
    }

    pub(super) fn cancel_all(&self) {
        let mut open = lock(&self.0);
        let (named, unnamed) = (mem::take(&mut open.asks), mem::take(&mut open.unnamed));
        drop(open);
        let named = named.into_values().map(|question| question.ask);
        let asks = named.chain(unnamed.into_values());
        asks.for_each(|ask| ask.cancel(false));
    }
}

impl Reserved {
    pub(crate) fn id(&self) -> ReservedId {
        self.id
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut open = lock(&self.questions);
        open.share.remove(self.bytes);
        let is_named = open
            .asks
            .get(&self.asker)
            .is_some_and(|it| it.id == self.id);
        if is_named {
            open.asks.remove(&self.asker);
        } else if !open.unnamed.is_empty() {
            open.unnamed.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;
    use crate::quota::Quota;

    #[test]
    fn what_is_reserved_is_bounded_and_given_back() {
        let questions = OpenQuestions::new(Quota::new(usize::MAX).share());
        let long = route!["x".repeat(1_000)];
        let reserved: Vec<_> = std::iter::from_fn(|| questions.reserve(&long)).collect();
        assert!(
            (6_500..7_500).contains(&reserved.len()),
            "{}",
            reserved.len()
        );
        assert!(questions.reserve(&long).is_none());
        drop(reserved);
        assert!(questions.reserve(&long).is_some());
        assert_eq!(lock(&questions.0).share.bytes(), 0);
    }
}
