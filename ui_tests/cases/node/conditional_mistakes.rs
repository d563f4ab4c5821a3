use ockam::{Context, Result};

#[ockam::node]
async fn main(#[cfg(all())] ctx: Context, #[cfg(any())] one: u8, #[cfg(all())] other: u8) -> Result<()> {
    ctx.stop().await
}
