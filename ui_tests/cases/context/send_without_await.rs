#![deny(unused_must_use)]

use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.send_message("echoer", "Hello Ockam!".to_string());
    ctx.stop().await
}
