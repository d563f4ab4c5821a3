#![deny(warnings)]

use std::thread;

use ockam::{Context, Result};

#[ockam::node(current_thread)]
async fn main(ctx: Context) -> Result<()> {
    assert_eq!(thread::current().name(), Some("main"));
    ctx.stop().await
}
