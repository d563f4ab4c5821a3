//! The values that a probe offers where a type wants one before it shows the next.

/// How often a probe tries, each time with other values.
pub(super) const ATTEMPTS: usize = NUMBERS.len();

/// One of them suits most types that check what they read, such as `NonZeroU8`.
const NUMBERS: [u8; 8] = [1, 0, 2, 7, 12, 100, 3, 127];

/// A number, a date, an identifier, addresses, a version.
const TEXTS: [&str; NUMBERS.len()] = [
    "",
    "1",
    "1970-01-01T00:00:00Z",
    "0123456789abcdef",
    "http://localhost/",
    "00000000-0000-0000-0000-000000000000",
    "1.0.0",
    "a@b.c",
];

pub(super) fn number(attempt: usize) -> u8 {
    NUMBERS[attempt % ATTEMPTS]
}

pub(super) fn text(attempt: usize) -> &'static str {
    TEXTS[attempt % ATTEMPTS]
}

/// Returns whether lists and maps get an element.
pub(super) fn is_filled(attempt: usize) -> bool {
    attempt % 2 == 1
}
