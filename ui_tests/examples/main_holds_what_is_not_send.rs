#![deny(warnings)]

use std::rc::Rc;

use ockam::{Context, Result};

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let held = Rc::new(());
    ctx.stop().await?;
    drop(held);
    Ok(())
}
