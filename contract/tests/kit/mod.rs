//! The kit for tests of workers, and what the attribute `#[ockam::test]` fails.

mod alone;
mod ends;
mod idle;
mod probes;

use ockam::{Context, Error, ErrorKind, Result, Worker};

/// Fails, panics, passes on, or waits, as it is told.
struct Moody;

#[derive(serde::Serialize, serde::Deserialize)]
enum Mood {
    Fails,
    Panics,
    PassesOn(String),
    Waits,
}

impl Worker for Moody {
    type Message = Mood;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, mood: Mood) -> Result<()> {
        match mood {
            Mood::Fails => Err(Error::new(ErrorKind::Other, "in a bad mood")),
            Mood::Panics => panic!("in a panic"),
            Mood::PassesOn(what) => ctx.send_message("probe", what).await,
            Mood::Waits => std::future::pending().await,
        }
    }
}
