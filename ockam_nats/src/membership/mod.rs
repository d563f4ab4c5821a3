//! Which nodes there are, and what each says of itself.
//!
//! ```text
//!  this node ── card, every 400 ms and after each change ──▶ <prefix>.cards ──▶ the tables of all nodes
//! ```
//!
//! | file | what |
//! |---|---|
//! | `card` | what a node says of itself, as bytes |
//! | `members` | the table: who is there, who is silent, who has left |
//! | `limits` | how often a node is to be heard |
//! | `own` | what this node says of itself |
//! | `member` | a node as a program sees it |

mod card;
mod limits;
mod member;
mod members;
mod own;

pub(crate) use card::Card;
pub(crate) use limits::BEAT;
pub use member::NatsNode;
pub(crate) use members::Members;
pub(crate) use own::Own;
