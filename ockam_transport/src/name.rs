use ockam_core::Address;

/// Names a connection so that nobody can guess it: 126 random bits in 21 characters, which is what an
/// address holds without memory of its own.
pub(crate) fn random_address() -> Address {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut name = [0; 21];
    getrandom::fill(&mut name).expect("the operating system has random bits");
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
