#![deny(warnings)]

use std::process::{ExitCode, Termination};

use ockam::Context;

/// A type of the user's own, with an error that is no `Error`.
struct Code;

impl Termination for Code {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<Code, ()> {
    ctx.stop().await.map_err(drop)?;
    Ok(Code)
}
