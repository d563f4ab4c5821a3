//! A program whose `main` returns its argument as an exit code, or as an error if it is none.

use std::error::Error;
use std::process::ExitCode;

use ockam::Context;
use ockam_contract::program::Witness;

#[ockam::node]
async fn main(ctx: Context) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    ctx.start_worker("witness", Witness).await?;
    println!("main returns");
    let code = std::env::args().nth(1).unwrap_or_default();
    Ok(code.parse::<u8>()?.into())
}
