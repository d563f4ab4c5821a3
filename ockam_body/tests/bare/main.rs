//! BARE: the same bytes as `serde_bare`, but held to them, and bounded.

mod hostile;
mod same_bytes;
mod strict;
