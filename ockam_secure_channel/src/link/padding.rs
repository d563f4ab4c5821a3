//! How long what is sealed is made, so that its length tells less.
//!
//! Lengths are rounded up as Padmé does it: as far as leaves the number of bits that say how many bits there are. Who
//! sees them learns one of about 20 lengths up to 1 KiB, and of 11 for each doubling of 64 KiB, for at most 12 % more.

/// The length of what is short, for which a rounding in proportion would say too much.
const MIN_BYTES: usize = 256;

/// Returns to how many bytes so many are padded.
pub(super) fn padded(bytes: usize) -> usize {
    if bytes <= MIN_BYTES {
        return MIN_BYTES;
    }
    let exponent = bytes.ilog2();
    let kept = exponent.ilog2() + 1;
    bytes.next_multiple_of(1 << (exponent - kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_up_by_an_eighth_at_most() {
        let mut lengths = Vec::new();
        for bytes in 0..=70_000 {
            let padded = padded(bytes);
            assert!(padded >= bytes.max(MIN_BYTES));
            assert!(
                bytes <= MIN_BYTES || (padded - bytes) * 100 <= bytes * 12,
                "{bytes}"
            );
            assert_eq!(super::padded(padded), padded, "{bytes}");
            lengths.push(padded);
        }
        assert!(lengths.is_sorted());
        lengths.dedup();
        assert!(lengths.len() < 150, "{}", lengths.len());
    }
}
