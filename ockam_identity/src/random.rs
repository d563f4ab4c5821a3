//! The only place in this crate that asks for randomness.

use zeroize::Zeroizing;

/// Fills a buffer with random bytes that nobody can guess.
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has random bytes");
}

/// Returns a secret. It stays where it is, and is wiped when it is dropped.
pub(crate) fn secret() -> Box<Zeroizing<[u8; 32]>> {
    let mut secret = Box::new(Zeroizing::new([0; 32]));
    fill(secret.as_mut_slice());
    secret
}
