//! Memory that a message costs: nothing for a local send and its handling once the mailboxes are
//! warm, and at most one allocation for an ask. With the default deadlines, on both kinds of runtime.
//! And what a node leaves behind that goes with its runtime: nothing.
//!
//! Every allocation of the process is counted, so the tests run one after another, and each takes the
//! lowest of a few rounds.

mod ask;
mod count;
mod dropped;
mod tell;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;
