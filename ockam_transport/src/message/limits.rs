/// How many addresses a route may have.
pub const MAX_HOPS: usize = 64;

/// How many bytes the value of an address may have.
///
/// Room for every host name with its port, and for whatever else names a worker.
pub const MAX_ADDRESS: usize = 1024;

/// How many bytes of tracing are carried.
pub const MAX_TRACING: usize = 16 * 1024;

/// How many bytes the name of a type, or a name in a failure, may have.
pub const MAX_NAME: usize = 4 * 1024;

/// How many names a failure may have.
pub const MAX_NAMES: usize = 4;

/// How many grants an extension may have.
pub const MAX_GRANTS: usize = 256;

/// How many values of unknown fields may stand inside each other.
pub const MAX_UNKNOWN_DEPTH: usize = 16;
