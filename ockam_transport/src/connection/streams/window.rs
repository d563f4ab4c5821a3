/// About how many bytes a part takes beside its body.
const PART_BYTES: usize = 64;

/// The bytes of a part, from which on it is a large one.
const SMALL_PART_BYTES: u64 = 1024;

/// How many parts may be sent before the reader has taken any, and how many bytes of their bodies, up to the last
/// part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::connection) struct Window {
    pub(in crate::connection) parts: u32,
    pub(in crate::connection) bytes: u64,
}

impl Window {
    /// Of the first answers that come by a connection.
    const LARGE: Self = Self {
        parts: 256,
        bytes: 256 * 1024,
    };

    /// Of those beyond, so that many that are not read take little.
    const SMALL: Self = Self {
        parts: 4,
        bytes: 4 * 1024,
    };

    /// Of an answer whose reader always waits for parts.
    const MAX: Self = Self {
        parts: 16 * 1024,
        bytes: 1024 * 1024,
    };

    /// How many answers have a large window at first.
    const MAX_LARGE: usize = 64;

    /// Returns the window of an answer beside so many others.
    pub(super) fn beside(others: usize) -> Self {
        match others < Self::MAX_LARGE {
            true => Self::LARGE,
            false => Self::SMALL,
        }
    }

    /// Returns a larger window, for parts such as those that have come. Large ones are not further ahead than at
    /// first: they need memory that is in no cache, and gain nothing.
    pub(super) fn doubled(self, come: Self) -> Self {
        let max_bytes = match come.bytes < u64::from(come.parts) * SMALL_PART_BYTES {
            true => Self::MAX.bytes,
            false => Self::LARGE.bytes.max(self.bytes),
        };
        Self {
            parts: self.parts.saturating_mul(2).min(Self::MAX.parts),
            bytes: self.bytes.saturating_mul(2).min(max_bytes),
        }
    }

    /// Returns what this window has more than a smaller one.
    pub(super) fn beyond(self, smaller: Self) -> Self {
        Self {
            parts: self.parts.saturating_sub(smaller.parts),
            bytes: self.bytes.saturating_sub(smaller.bytes),
        }
    }

    /// Returns about how many bytes the parts of a full window take.
    pub(super) fn weight(self) -> usize {
        let parts = self.parts as usize * PART_BYTES;
        parts.saturating_add(usize::try_from(self.bytes).unwrap_or(usize::MAX))
    }
}

/// What is left of the credit of an answer. Some is as long as both are above zero.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::connection) struct Left {
    parts: u64,
    bytes: i64,
}

impl Left {
    pub(super) fn add(&mut self, granted: Window) {
        self.parts = self.parts.saturating_add(granted.parts.into());
        self.bytes = self.bytes.saturating_add_unsigned(granted.bytes);
    }

    pub(in crate::connection) fn parts(self) -> u64 {
        self.parts
    }

    pub(in crate::connection) fn is_some(self) -> bool {
        self.parts > 0 && self.bytes > 0
    }

    /// Spends credit on parts, for each of which there is some.
    pub(in crate::connection) fn spend_all(&mut self, parts: u32, bytes: usize) {
        self.parts = self.parts.saturating_sub(parts.into());
        self.bytes = self.bytes.saturating_sub_unsigned(bytes as u64);
    }

    /// Spends credit on a part. Tells whether there was some.
    pub(in crate::connection) fn spend(&mut self, bytes: usize) -> bool {
        let is_some = self.is_some();
        if is_some {
            self.parts -= 1;
            self.bytes = self.bytes.saturating_sub_unsigned(bytes as u64);
        }
        is_some
    }
}
