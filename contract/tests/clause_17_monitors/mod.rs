//! Clause 17: monitors. An end is told once, and can't be missed. It comes behind what the mailbox had
//! accepted before, and needs no room. Linked workers fail together.

mod connections;
mod ends;
mod hostile;
mod links;
mod many;
mod order;
mod over_links;
mod restarts;
mod simulated;
mod tasks;

use ockam::{Context, Down, Result, Worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a [`Guard`] got.
#[derive(Clone, PartialEq, Debug)]
enum Got {
    Message(u64),
    Down(Down),
}

/// Monitors some addresses, and passes on what it gets.
struct Guard {
    of: Vec<&'static str>,
    got: UnboundedSender<Got>,
}

/// Creates a worker that monitors some addresses.
fn guard(of: &[&'static str]) -> (Guard, UnboundedReceiver<Got>) {
    let (got, receiver) = unbounded_channel();
    let of = of.to_vec();
    (Guard { of, got }, receiver)
}

impl Worker for Guard {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        for of in &self.of {
            ctx.monitor(*of)?;
        }
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        self.got.send(Got::Message(msg))?;
        if msg == WAIT {
            std::future::pending().await
        }
        Ok(())
    }

    async fn down(&mut self, _ctx: &mut Context, down: Down) -> Result<()> {
        self.got.send(Got::Down(down))?;
        Ok(())
    }
}

/// What makes a [`Guard`] wait for ever.
const WAIT: u64 = 1_000;

/// Ends as it is told.
struct Mortal;

impl Worker for Mortal {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match &*msg {
            "stop" => ctx.stop_worker(ctx.address()).await,
            "panic" => panic!("on purpose"),
            "link" => ctx.link("guard"),
            "link every end" => ctx.link_every_end("guard"),
            to => {
                for number in 0..10_u64 {
                    ctx.send_message(to, number).await?;
                }
                panic!("on purpose")
            }
        }
    }
}
