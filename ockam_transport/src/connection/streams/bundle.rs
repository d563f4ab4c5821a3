//! Several small parts of an answer in one frame. Each stands behind its length, in four bytes, little-endian.

use ockam_core::{Error, ErrorKind, Result};

/// The bytes from which on no further part is added, and of a part that is sent by itself.
const FULL_BYTES: usize = 8 * 1024;

/// How many bundles would fit into the longest frame, so that there is room for a last part and a route.
const BUNDLES_IN_A_FRAME: usize = 8;

/// How many parts are sent in one frame at most.
const MAX_PARTS: u32 = 256;

const LENGTH_BYTES: usize = size_of::<u32>();

/// The bodies of parts that are sent in one frame.
pub(in crate::connection) struct Bundle {
    bodies: Vec<u8>,
    parts: u32,
    full_bytes: usize,
}

impl Bundle {
    /// Creates an empty one, for a connection with frames of so many bytes at most.
    pub(in crate::connection) fn new(max_frame_bytes: usize) -> Self {
        Self {
            bodies: Vec::new(),
            parts: 0,
            full_bytes: FULL_BYTES.min(max_frame_bytes / BUNDLES_IN_A_FRAME),
        }
    }

    /// Creates an empty one that is full with one part, for a peer that takes no more in one frame.
    pub(in crate::connection) fn of_one() -> Self {
        Self {
            bodies: Vec::new(),
            parts: 0,
            full_bytes: 1,
        }
    }

    /// Tells whether a part of so many bytes may be added.
    pub(in crate::connection) fn takes(&self, body_bytes: usize) -> bool {
        self.parts == 0 || body_bytes < self.full_bytes
    }

    /// Adds the body of a part.
    pub(in crate::connection) fn add(&mut self, body: &[u8]) {
        // A frame holds no longer one, and one by itself is written without its length.
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        self.bodies.extend_from_slice(&length.to_le_bytes());
        self.bodies.extend_from_slice(body);
        self.parts += 1;
    }

    pub(in crate::connection) fn clear(&mut self) {
        self.bodies.clear();
        self.parts = 0;
    }

    pub(in crate::connection) fn parts(&self) -> u32 {
        self.parts
    }

    /// Returns how many bytes the bodies have.
    pub(in crate::connection) fn body_bytes(&self) -> usize {
        self.bodies.len() - self.parts as usize * LENGTH_BYTES
    }

    pub(in crate::connection) fn is_full(&self) -> bool {
        self.bodies.len() >= self.full_bytes || self.parts >= MAX_PARTS
    }

    /// Returns what is sent: the body of one part, or all with their lengths.
    pub(in crate::connection) fn payload(&self) -> &[u8] {
        match self.parts {
            0 => &[],
            1 => &self.bodies[LENGTH_BYTES..],
            _ => &self.bodies,
        }
    }
}

/// Returns the bodies of a frame that holds so many.
///
/// # Errors
///
/// If it holds something else.
pub(in crate::connection) fn bodies(payload: &[u8], parts: u64) -> Result<Vec<&[u8]>> {
    let malformed = || {
        let why = format!("a frame does not hold the {parts} parts that it says it holds");
        Error::new(ErrorKind::Other, why)
    };
    if !(2..=u64::from(MAX_PARTS)).contains(&parts) {
        return Err(malformed());
    }
    let (mut bodies, mut rest) = (Vec::with_capacity(parts as usize), payload);
    for _ in 0..parts {
        let (length, behind) = rest.split_first_chunk().ok_or_else(malformed)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (body, behind) = behind.split_at_checked(length).ok_or_else(malformed)?;
        bodies.push(body);
        rest = behind;
    }
    match rest.is_empty() {
        true => Ok(bodies),
        false => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(parts: &[&[u8]]) -> Bundle {
        let mut bundle = Bundle::new(usize::MAX);
        parts.iter().for_each(|part| bundle.add(part));
        bundle
    }

    #[test]
    fn parts_are_read_as_they_were_added() {
        let parts: [&[u8]; 4] = [b"one", b"", b"three", &[7; 5_000]];
        let bundle = bundle(&parts);
        assert_eq!((bundle.parts(), bundle.body_bytes()), (4, 5_008));
        assert_eq!(
            bodies(bundle.payload(), 4).ok().as_deref(),
            Some(&parts[..])
        );
    }

    #[test]
    fn one_part_has_no_length() {
        assert_eq!(bundle(&[b"one"]).payload(), b"one");
    }

    #[test]
    fn one_part_alone_is_enough_for_a_peer_that_takes_no_more() {
        let mut one = Bundle::of_one();
        assert!(!one.is_full() && one.takes(FULL_BYTES));
        one.add(b"");
        assert!(one.is_full() && !one.takes(1));
    }

    #[test]
    fn what_is_no_bundle_is_refused() {
        let bundle = bundle(&[b"one", b"two"]);
        let payload = bundle.payload();
        for parts in [0, 1, 3, 257, u64::MAX] {
            assert!(bodies(payload, parts).is_err(), "{parts}");
        }
        for cut in 0..payload.len() {
            assert!(bodies(&payload[..cut], 2).is_err(), "{cut}");
        }
        assert!(bodies(&[payload, b"x"].concat(), 2).is_err());
        assert!(bodies(&[0xff; 64], 2).is_err());
    }

    #[test]
    fn a_bundle_is_bounded() {
        let mut many = Bundle::new(usize::MAX);
        while !many.is_full() {
            many.add(b"");
        }
        assert_eq!(many.parts(), MAX_PARTS);
        many.clear();
        assert!(many.takes(FULL_BYTES));
        many.add(b"");
        assert!(!many.takes(FULL_BYTES) && !many.is_full());
        many.add(&[7; FULL_BYTES]);
        assert!(many.is_full());
        let mut small = Bundle::new(800);
        small.add(b"");
        assert!(small.takes(99) && !small.takes(100));
    }
}
