/// The largest number of values that are nested in each other.
///
/// Structs, tuples, enums, sequences, maps and filled options count.
pub const MAX_DEPTH: usize = 128;

/// The largest number of elements of sequences and maps that take no bytes, in one body.
pub const MAX_EMPTY_ELEMENTS: usize = 1024;

/// The largest number of bytes of memory that the values of one body take.
///
/// The sizes of all elements and of all compound values are added up, so some bytes count twice.
pub const MAX_MEMORY_BYTES: usize = 128 * 1024 * 1024;
