use std::sync::{Arc, Mutex};

use ockam_core::Route;

use super::address_bytes::address_bytes;
use crate::lock::lock;
use crate::quota::Share;

/// The questions of the peer that have not been answered yet.
///
/// For each, room is reserved for the report that it failed, which needs as much as the way back and a
/// little more. So a question that was admitted always hears what became of it, even if the peer takes no
/// answers.
pub(super) struct OpenQuestions(Arc<Mutex<Share>>);

/// The room for the report of one failure. It is free again when this is dropped.
pub(crate) struct Reserved {
    questions: Arc<Mutex<Share>>,
    bytes: usize,
}

/// How many bytes are reserved at most: for about 50,000 questions with short ways back.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// About how many bytes a question and its report take beside the way back.
const OVERHEAD_BYTES: usize = 256;

impl OpenQuestions {
    pub(super) fn new(share: Share) -> Self {
        Self(Arc::new(Mutex::new(share)))
    }

    /// Reserves room for the report that a question failed, unless there is none.
    pub(super) fn reserve(&self, back: &Route) -> Option<Reserved> {
        let bytes = OVERHEAD_BYTES + 2 * address_bytes(back);
        let mut share = lock(&self.0);
        if share.bytes() + bytes > MAX_BYTES || share.is_too_much() {
            return None;
        }
        share.add(bytes);
        let questions = self.0.clone();
        Some(Reserved { questions, bytes })
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        lock(&self.questions).remove(self.bytes);
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
            (7_000..8_000).contains(&reserved.len()),
            "{}",
            reserved.len()
        );
        assert!(questions.reserve(&long).is_none());
        drop(reserved);
        assert!(questions.reserve(&long).is_some());
        assert_eq!(lock(&questions.0).bytes(), 0);
    }
}
