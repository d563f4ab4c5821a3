use ockam::{Context, Result};

#[ockam::node]
async unsafe extern "C" fn main(ctx: Context) -> Result<()> {
    ctx.stop().await
}
