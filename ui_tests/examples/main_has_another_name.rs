#![deny(warnings)]

use ockam::{Context, Result};

/// Documented, and callable from elsewhere.
#[ockam::node]
pub async fn app(ctx: Context) -> Result<()> {
    if ctx.address() == &ockam::Address::from("somewhere else") {
        return again(ctx).await;
    }
    ctx.stop().await
}

async fn again(ctx: Context) -> Result<()> {
    Box::pin(app(ctx)).await
}
