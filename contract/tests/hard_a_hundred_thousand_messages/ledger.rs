//! What became of each message.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

pub(crate) const SENDERS: u64 = 8;
pub(crate) const EACH: u64 = 12_500;
pub(crate) const MESSAGES: u64 = SENDERS * EACH;

/// A message of one of the senders.
pub(crate) struct Parcel {
    pub(crate) number: u64,
    ledger: Arc<Ledger>,
}

impl ockam::Message for Parcel {}

/// The book that sender and receivers keep.
pub(crate) struct Ledger {
    /// For each message what became of it.
    fates: Vec<AtomicU8>,
    /// For each sender the last of its messages that was handled, and one.
    handled_up_to: Vec<AtomicU64>,
    dropped: AtomicU64,
}

const UNKNOWN: u8 = 0;
const HANDLED: u8 = 1;
const GIVEN_BACK: u8 = 2;

impl Ledger {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            fates: (0..MESSAGES).map(|_| AtomicU8::new(UNKNOWN)).collect(),
            handled_up_to: (0..SENDERS).map(|_| AtomicU64::new(0)).collect(),
            dropped: AtomicU64::new(0),
        })
    }

    pub(crate) fn parcel(self: &Arc<Self>, number: u64) -> Parcel {
        Parcel {
            number,
            ledger: self.clone(),
        }
    }

    /// Notes that the handling of a message began, in the order in which its sender sent.
    pub(crate) fn handles(&self, parcel: &Parcel) {
        self.note(parcel, HANDLED);
        let (sender, next) = (parcel.number / EACH, parcel.number + 1);
        let before = self.handled_up_to[sender as usize].swap(next, Ordering::Relaxed);
        assert!(before < next, "{} was overtaken", parcel.number);
    }

    /// Notes that a sender got its message back.
    pub(crate) fn is_given_back(&self, parcel: &Parcel) {
        self.note(parcel, GIVEN_BACK);
    }

    fn note(&self, parcel: &Parcel, fate: u8) {
        let before = self.fates[parcel.number as usize].swap(fate, Ordering::Relaxed);
        assert_eq!(before, UNKNOWN, "{} has two fates", parcel.number);
    }

    pub(crate) fn handled(&self) -> u64 {
        self.count(HANDLED)
    }

    pub(crate) fn given_back(&self) -> u64 {
        self.count(GIVEN_BACK)
    }

    fn count(&self, fate: u8) -> u64 {
        let of_this = |noted: &&AtomicU8| noted.load(Ordering::Relaxed) == fate;
        self.fates.iter().filter(of_this).count() as u64
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        self.ledger.dropped.fetch_add(1, Ordering::Relaxed);
    }
}
