use std::ops::Range;

use ockam_core::Address;

use crate::accounts::Withdrawn;

/// Where the questions are among the frames of a queue, in order.
///
/// While a connection is lost, questions may wait in the queue for longer than anybody waits for their
/// answers. These are then taken out.
#[derive(Default)]
pub(super) struct QueuedQuestions(Vec<QueuedQuestion>);

struct QueuedQuestion {
    frame: Range<usize>,
    /// How many messages are queued before it.
    position: u64,
    number: u64,
    to: Address,
}

impl QueuedQuestions {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
        self.0.shrink_to(KEPT_QUESTIONS);
    }

    pub(super) fn push(&mut self, frame: Range<usize>, position: u64, number: u64, to: &Address) {
        self.0.push(QueuedQuestion {
            frame,
            position,
            number,
            to: to.clone(),
        });
    }

    /// Takes the frames of all questions out but those with the numbers in `open`, which is sorted.
    pub(super) fn withdraw(&mut self, frames: &mut Vec<u8>, open: &[u64]) -> Vec<Withdrawn> {
        let mut kept = Vec::with_capacity(frames.len());
        let mut withdrawn = Vec::new();
        let mut begin = 0;
        self.0.retain_mut(|question| {
            let frame = question.frame.clone();
            kept.extend_from_slice(&frames[begin..frame.start]);
            begin = frame.end;
            if open.binary_search(&question.number).is_err() {
                withdrawn.push(Withdrawn {
                    position: question.position,
                    bytes: frame.len(),
                    to: question.to.clone(),
                });
                return false;
            }
            let start = kept.len();
            kept.extend_from_slice(&frames[frame]);
            question.frame = start..kept.len();
            question.position -= withdrawn.len() as u64;
            true
        });
        kept.extend_from_slice(&frames[begin..]);
        *frames = kept;
        withdrawn
    }
}

/// For how many questions the memory is kept when there are none.
const KEPT_QUESTIONS: usize = 64;
