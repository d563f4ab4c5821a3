//! The name of this node on the bus, which is its own as long as its lease.
//!
//! ```text
//!  free ──create──▶ held ──renewed every third of a lease──▶ held
//!                    │ ▲
//!                    │ └─ the entry is still ours, or nobody's: taken again, as a new incarnation
//!  not renewed in time ▼
//!                  lapsed: nothing is handed over ──the entry is another's──▶ lost, for good
//! ```
//!
//! | file | what |
//! |---|---|
//! | `tenure` | whether the name is held now: a look at the clock |
//! | `entry` | what stands in the bucket |
//! | `bucket` | the key-value bucket, as requests and answers |
//! | `keeper` | takes the name, renews it, notices that it is lost |

mod bucket;
mod entry;
mod keeper;
mod tenure;

pub(crate) use bucket::Bucket;
pub(crate) use keeper::Keeper;
pub(crate) use tenure::Tenure;
