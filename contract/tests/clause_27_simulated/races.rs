//! Programs with one race each. In the usual order, all goes well.

mod answers;
mod lost;
mod shared;
mod stops;

pub(crate) use answers::{forgotten_answer, order_of_two_senders, reply_after_stop};
pub(crate) use lost::connection_lost;
pub(crate) use shared::{look_then_take, lost_update, start_twice};
pub(crate) use stops::{forward_against_stop, kill_against_reply, receive_against_stop};
