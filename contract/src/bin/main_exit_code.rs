//! A program whose `main` returns its argument as an exit code.

use std::process::ExitCode;

use ockam::Context;
use ockam_contract::program::Witness;

#[ockam::node]
async fn main(ctx: Context) -> ExitCode {
    let started = ctx.start_worker("witness", Witness).await;
    started.expect("the address is free");
    let code = std::env::args()
        .nth(1)
        .and_then(|code| code.parse::<u8>().ok());
    println!("main returns");
    ExitCode::from(code.expect("the argument is an exit code"))
}
