use ockam::{Context, Result};

#[ockam::node(threads = 4, name = 7)]
unsafe fn main<T>(self, ctx: Context, more: u8) -> Result<()> {
    drop(more);
    ctx.halt().await
}
