//! The way of a message from a frame to a mailbox.
//!
//! ```text
//!  frame ─┬─ decode ─┬─ a report ─────────▶ whoever sent what failed
//!         │          ├─ an answer ────────▶ the slot where an ask waits
//!         │          ├─ not admitted ─────▶ refused, as if nobody were there
//!         │          └─ admitted ─────────▶ mailbox, or the backlog while it is full
//!         │                                    ▲
//!         └─ the same as the one before it, ───┘
//!            but for its payload: part of its run
//! ```
//!
//! [`Inbound`] knows no queue of messages. What it has to tell the peer goes into the control queue,
//! and what senders wait for into the accounts. So receiving never waits for sending.
//!
//! | file | what |
//! |---|---|
//! | `state` | what receiving needs |
//! | `receive` | a frame by itself |
//! | `deliver` | its message goes to a mailbox, or on to another node |
//! | `return_path` | how the receiver of a message can answer |
//! | `received_run` | frames that follow each other and differ in their payloads only |
//! | `backlog`, `backlogged` | messages for full mailboxes |
//! | `acknowledge`, `grant` | what the peer is told of messages that were taken in |
//! | `refuse`, `failed` | messages that can't be delivered: those of the peer, and those for it |
//! | `cancelled` | the peer is told that nobody waits for an answer any more |
//! | `monitors` | what both nodes tell each other of workers that are monitored |
//! | `streams` | the parts of answers, and credit for them |
//! | `reach` | where messages of the peer may go |
//! | `weight` | how much of what was delivered has not been handled |

mod acknowledge;
mod backlog;
mod backlogged;
mod cancelled;
mod content;
mod deliver;
mod failed;
mod grant;
mod monitors;
mod reach;
mod receive;
mod received_run;
mod refuse;
mod return_path;
mod state;
mod streams;
mod weight;

pub(crate) use received_run::ReceivedRun;
pub(crate) use state::Inbound;
pub(crate) use weight::MAX_PASSING_BYTES;
