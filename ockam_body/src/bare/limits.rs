/// How many values may stand inside each other.
///
/// Structs, tuples, enums, sequences, maps and filled options count.
pub const MAX_DEPTH: usize = 128;

/// How many elements of sequences and maps may take no byte at all, in one body.
pub const MAX_EMPTY_ELEMENTS: usize = 1024;

/// How many bytes of memory the values of one body may take.
///
/// Counted are the sizes of all elements and of all compound values, so that some count twice.
pub const MAX_MEMORY_BYTES: usize = 128 * 1024 * 1024;
