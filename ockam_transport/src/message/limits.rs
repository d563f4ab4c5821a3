/// The maximum number of addresses in a route.
pub const MAX_HOPS: usize = 64;

/// The maximum number of bytes in the value of an address.
///
/// Every host name with a port fits, and so do the names of workers.
pub const MAX_ADDRESS: usize = 1024;

/// The maximum number of bytes of tracing.
pub const MAX_TRACING: usize = 16 * 1024;

/// The maximum number of bytes in the name of a type, and in a name in a failure.
pub const MAX_NAME: usize = 4 * 1024;

/// The maximum number of names in a failure.
pub const MAX_NAMES: usize = 4;

/// The maximum number of grants in an extension.
pub const MAX_GRANTS: usize = 256;

/// The maximum depth of nested values in a field that this crate does not know.
pub const MAX_UNKNOWN_DEPTH: usize = 16;
