//! Allocations of a message: none for a local send and its handling once the mailboxes are warm, and at
//! most one for an ask. This holds with the default deadlines, on both kinds of runtime. A node that is
//! dropped with its runtime leaves none behind.
//!
//! Every allocation of the process is counted, so the tests run one after another, and each takes the
//! lowest of a few rounds.

mod ask;
mod count;
mod dropped;
mod given_back;
mod tell;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;
