//! Messages later and again and again. Runs on tokio's clock, so tests pause it.
//!
//! Prints:
//!     tick
//!     tick
//!     tick
//!     idle
use std::time::Duration;

use ockam::{async_worker, Context, Result, Worker};

struct Clock {
    left: u64,
}

#[async_worker]
impl Worker for Clock {
    type Message = String;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        // Ends with the worker. Keep what it returns to end it before: `ticks.cancel()`.
        ctx.send_every(Duration::from_millis(20), ctx.address(), "tick".to_string());
        let never = ctx.send_after(Duration::from_secs(60), ctx.address(), "late".to_string());
        assert!(never.cancel(), "it was not sent yet");
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        println!("{msg}");
        self.left -= 1;
        match self.left {
            0 => ctx.stop().await,
            1 => {
                // A tick that waits in the mailbox already isn't handled any more.
                ctx.cancel_timers();
                ctx.send_when_idle(Duration::from_millis(50), "idle".to_string());
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("clock", Clock { left: 4 }).await?;
    Ok(())
}
