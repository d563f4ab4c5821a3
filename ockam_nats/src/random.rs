//! The only place in this crate that asks for randomness.

/// Returns a random number.
pub(crate) fn number() -> u64 {
    let mut bytes = [0; 8];
    ockam_core::random::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Returns 126 random bits in 21 characters, which any subject may have.
pub(crate) fn token() -> String {
    let address = ockam_transport::random_address();
    String::from_utf8_lossy(address.value()).into_owned()
}
