//! Clause 19: processors. `Ok(true)` goes on, `Ok(false)` ends well, `Err` fails as a handler that panics does for
//! its policy; a stop waits for the turn in hand, within the deadline. They are stopped, supervised and monitored
//! like workers.

mod ends;
mod restarts;
mod seeds;
mod turns;

use std::time::Duration;

use ockam::{Context, Error, ErrorKind, Processor, Result};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// What a [`Scripted`] processor does in a turn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Turn {
    /// Goes on.
    Next,
    /// Goes on after a time.
    Slow(Duration),
    /// Waits for a message, and goes on.
    Receive,
    End,
    Fail,
    Panic,
    /// Stops itself, and goes on.
    StopItself,
}

/// Does in each turn what its script says, and in each further one the last of it. Notes its life.
struct Scripted {
    script: Vec<Turn>,
    turns: usize,
    notes: UnboundedSender<String>,
}

fn scripted(script: &[Turn]) -> (Scripted, UnboundedReceiver<String>) {
    let (notes, noted) = unbounded_channel();
    let script = script.to_vec();
    (
        Scripted {
            script,
            turns: 0,
            notes,
        },
        noted,
    )
}

impl Scripted {
    fn note(&self, what: impl Into<String>) {
        // This fails if the test no longer reads.
        let _ = self.notes.send(what.into());
    }
}

impl Processor for Scripted {
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.note("initialize");
        Ok(())
    }

    async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
        let last = self.script.len() - 1;
        let turn = self.script[self.turns.min(last)];
        self.turns += 1;
        self.note(format!("turn {}", self.turns));
        match turn {
            Turn::Next => {}
            Turn::Slow(time) => sleep(time).await,
            Turn::Receive => {
                let got = ctx.receive::<u64>().await?;
                self.note(format!("got {}", got.into_body()));
            }
            Turn::End => return Ok(false),
            Turn::Fail => return Err(Error::new(ErrorKind::Other, "on purpose")),
            Turn::Panic => panic!("on purpose"),
            Turn::StopItself => ctx.stop_worker(ctx.address()).await?,
        }
        self.note(format!("turn {} is done", self.turns));
        Ok(true)
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.note("shutdown");
        Ok(())
    }
}

/// Returns what was noted so far.
fn noted(notes: &mut UnboundedReceiver<String>) -> Vec<String> {
    let mut all = Vec::new();
    while let Ok(note) = notes.try_recv() {
        all.push(note);
    }
    all
}
