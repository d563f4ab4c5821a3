/// The longest value that is stored inline, in bytes.
pub(super) const MAX_BYTES: usize = 21;

/// A short value, padded with zeros, and its length in the last byte.
///
/// Most sends create one and look it up at once. It is written in the pieces in which it is read,
/// because a load that spans two recent stores stalls until both have reached the cache (a failed store
/// forwarding). The pieces are 6, 8 and 8 bytes long, because two bytes precede it in an
/// [`Address`](super::Address).
#[derive(Clone, Copy)]
pub(super) struct Short([u8; MAX_BYTES + 1]);

impl Short {
    /// Copies a value of up to 21 bytes.
    #[inline(always)]
    pub(super) fn new(value: &[u8]) -> Self {
        let low = low(value);
        let high = if value.len() > 16 { high(value) } else { 0 };
        let length = (value.len() as u64) << 56;
        let last = (low >> 112) as u64 | high << 16 | length;
        let mut bytes = [0; MAX_BYTES + 1];
        bytes[..6].copy_from_slice(&low.to_le_bytes()[..6]);
        bytes[6..14].copy_from_slice(&low.to_le_bytes()[6..14]);
        bytes[14..].copy_from_slice(&last.to_le_bytes());
        Self(bytes)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0[..usize::from(self.0[MAX_BYTES])]
    }

    /// Returns the value and its length as three words. The upper two bytes of the first one are zeros.
    #[inline(always)]
    pub(super) fn words(&self) -> [u64; 3] {
        let bytes = &self.0;
        [
            load::<6>(bytes, 0),
            load::<8>(bytes, 6),
            load::<8>(bytes, 14),
        ]
    }
}

impl PartialEq for Short {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        let ([a, b, c], [d, e, f]) = (self.words(), other.words());
        (a ^ d) | (b ^ e) | (c ^ f) == 0
    }
}

/// Reads the first 16 bytes of a value with two loads that may overlap, instead of calling `memcpy`. It
/// returns in registers, and is not inlined, so that the code of a send stays small.
#[inline(never)]
fn low(value: &[u8]) -> u128 {
    match value.len() {
        17.. => low(&value[..16]),
        8.. => ends::<8>(value),
        4.. => ends::<4>(value),
        2.. => ends::<2>(value),
        1 => value[0].into(),
        0 => 0,
    }
}

/// Reads up to 8 bytes that follow the first 16 bytes of a value.
#[inline(never)]
fn high(value: &[u8]) -> u64 {
    let length = value.len().min(24);
    load::<8>(value, length - 8) >> (8 * (24 - length))
}

/// Reads a value of `N` to `2 * N` bytes.
#[inline(always)]
fn ends<const N: usize>(value: &[u8]) -> u128 {
    let behind = value.len() - N;
    u128::from(load::<N>(value, 0)) | u128::from(load::<N>(value, behind)) << (8 * behind)
}

/// Reads `N` bytes, at most 8, as the lowest bytes of a word.
#[inline(always)]
fn load<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word[..N].copy_from_slice(&bytes[at..at + N]);
    u64::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_any_length_is_what_it_was_made_of() {
        let bytes: Vec<u8> = (1..=MAX_BYTES as u8).collect();
        for length in 0..=MAX_BYTES {
            let value = &bytes[..length];
            let short = Short::new(value);
            assert_eq!(short.as_slice(), value);
            assert!(short.0[length..MAX_BYTES].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn every_byte_counts() {
        let bytes = [7; MAX_BYTES];
        for length in 0..=MAX_BYTES {
            let short = Short::new(&bytes[..length]);
            assert!(short == Short::new(&bytes[..length]));
            for other in 0..length {
                let mut changed = bytes;
                changed[other] = 8;
                assert!(short != Short::new(&changed[..length]));
                assert!(short != Short::new(&bytes[..other]));
            }
        }
    }
}
