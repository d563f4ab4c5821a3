use ockam::Context;

#[ockam::node(stop_timeout = 60, mailbox_capacity = 0, ask_timeout = "1 day")]
async fn main(_ctx: Context) {}
