#![deny(warnings)]

use std::process::ExitCode;

use ockam::Context;

#[ockam::node]
async fn main(ctx: Context) -> ExitCode {
    match ctx.stop().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
