use ockam_core::Address;

use crate::random;

/// Returns an address that nobody can guess: 126 random bits in 21 characters, which is as many as an
/// address holds without allocating.
pub fn random_address() -> Address {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut name = [0; 21];
    random::fill(&mut name);
    for digit in &mut name {
        *digit = DIGITS[usize::from(*digit) % DIGITS.len()];
    }
    Address::local(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_are_text() {
        let (one, two) = (random_address(), random_address());
        assert_ne!(one, two);
        assert!(one.value().is_ascii());
    }
}
