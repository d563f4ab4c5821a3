//! The workers of a host.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Result, Route, Routed, Worker};
use ockam_node::{Context, Sender};
use tokio::time::sleep;

use crate::history::History;
use crate::plan::Manner;
use crate::scenario::HOSTS;

/// A message: its number, its lane and its place there, what to do with it, the number of its host,
/// and padding.
pub(crate) type Note = (u64, u64, u64, u8, u8, Vec<u8>);

pub(crate) const MANNERS: [Manner; 9] = [
    Manner::Take,
    Manner::TakeSlowly,
    Manner::Acknowledge,
    Manner::Answer,
    Manner::AnswerLater,
    Manner::AnswerSlowly,
    Manner::Drop,
    Manner::Fail,
    Manner::Remember,
];

/// The last connection of each other host that has introduced itself, with how many there were before.
#[derive(Default)]
pub(crate) struct WaysBack(Mutex<[Option<(u64, Address)>; HOSTS.len()]>);

impl WaysBack {
    pub(crate) fn to(&self, host: usize) -> Option<(u64, Address)> {
        let ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ways[host].clone()
    }

    fn remember(&self, host: usize, way: &Address) {
        let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = match &ways[host] {
            Some((_, known)) if known == way => return,
            Some((number, _)) => number + 1,
            None => 0,
        };
        ways[host] = Some((number, way.clone()));
    }
}

/// Does what each message says.
pub(crate) struct ServingWorker {
    pub(crate) history: Arc<History>,
    pub(crate) host: usize,
    pub(crate) ways: Arc<WaysBack>,
}

impl Worker for ServingWorker {
    type Message = Note;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Note>) -> Result<()> {
        let return_route = msg.return_route().clone();
        let (id, lane, place, manner, from, _) = msg.into_body();
        let manner = MANNERS[usize::from(manner)];
        if let (Manner::Remember, Some(way)) = (manner, return_route.first()) {
            self.ways.remember(usize::from(from), way);
            return Ok(());
        }
        self.history
            .handled(self.host, id, lane, place, &return_route);
        match manner {
            Manner::Take | Manner::Drop | Manner::Remember => return Ok(()),
            Manner::TakeSlowly => {
                sleep(Duration::from_millis(5)).await;
                return Ok(());
            }
            Manner::Fail => return Err(failure()),
            Manner::AnswerLater => {
                let answering = later(self.history.clone(), ctx.sender(), return_route, id);
                tokio::spawn(answering);
                return Ok(());
            }
            Manner::AnswerSlowly => sleep(Duration::from_millis(20)).await,
            Manner::Acknowledge | Manner::Answer => {}
        }
        ctx.reply(id).await.map_err(|_| {
            self.history.unanswerable(id);
            failure()
        })
    }
}

/// Returns an error that is reported without a number in the log. Those numbers grow from run to run,
/// which makes frames longer, and no run could be repeated.
fn failure() -> Error {
    Error::new(ErrorKind::Stopped, "as it was told")
}

async fn later(history: Arc<History>, sender: Sender, asker: Route, id: u64) {
    sleep(Duration::from_millis(50)).await;
    if sender.send_message(asker, id).await.is_err() {
        history.unanswerable(id);
    }
}

/// The sender of the messages of a lane, or of all others. It is told what was not delivered.
pub(crate) struct Driver {
    pub(crate) history: Arc<History>,
    pub(crate) host: usize,
    pub(crate) lane: Option<usize>,
    pub(crate) sender: Arc<OnceLock<Sender>>,
}

impl Worker for Driver {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        // It is initialized once.
        let _ = self.sender.set(ctx.sender());
        Ok(())
    }

    async fn handle_message(&mut self, _: &mut Context, id: u64) -> Result<()> {
        self.history.acknowledged(self.host, id);
        Ok(())
    }

    async fn undelivered(&mut self, _: &mut Context, failure: Error) -> Result<()> {
        self.history
            .undelivered(self.host, self.lane, failure.kind());
        Ok(())
    }
}
