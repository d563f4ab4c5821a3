#![deny(warnings)]

use std::error::Error;
use std::process::ExitCode;

use ockam::Context;

#[ockam::node]
async fn main(ctx: Context) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    ctx.stop().await?;
    Ok(ExitCode::SUCCESS)
}
