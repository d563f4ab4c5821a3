//! Looking at another node, through a route.

use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result, Route, Worker};
use ockam_node::{Context, Sender};
use serde::{Deserialize, Serialize};

use crate::api::{Answer, Seen, Topic};

/// How long another node may take to answer.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The longest answer of another node that is shown, in bytes.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The longest name of another node, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The longest query that is passed on, in bytes.
const MAX_QUERY_BYTES: usize = 256;

/// A question of the console of another node, which [`ConsoleHandle::worker`](crate::ConsoleHandle::worker) answers.
/// Consoles make it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Look {
    path: String,
    query: Option<String>,
}

/// The answer to a [`Look`].
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Looked {
    status: u16,
    body: Vec<u8>,
}

/// Shows what a console has seen to the consoles of other nodes, at the addresses at which it is started.
///
/// Returned by [`ConsoleHandle::worker`](crate::ConsoleHandle::worker).
pub struct ConsoleWorker(Arc<Seen>);

impl ConsoleWorker {
    pub(crate) fn new(seen: Arc<Seen>) -> Self {
        Self(seen)
    }
}

impl Worker for ConsoleWorker {
    type Message = Look;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, look: Look) -> Result<()> {
        let topic = Topic::at(&look.path).ok_or_else(|| {
            let why = format!("the console shows nothing at {}", look.path.escape_debug());
            Error::new(ErrorKind::InvalidInput, why)
        })?;
        if self.0.shown.has_changed().is_err() {
            return Err(Error::new(ErrorKind::Stopped, "the console has stopped"));
        }
        let answer = self.0.answer(topic, look.query.as_deref());
        ctx.reply(Looked {
            status: answer.status,
            body: answer.body.to_vec(),
        })
        .await
    }
}

/// Another node that a console shows.
#[derive(Clone, Debug)]
pub(crate) struct RemoteNode {
    pub(crate) name: String,
    pub(crate) route: Route,
}

impl RemoteNode {
    /// Checks that a name can stand in a path.
    pub(crate) fn check(&self) -> Result<()> {
        let name = &self.name;
        let may_have =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let is_dots = name.bytes().all(|byte| byte == b'.');
        if name.len() <= MAX_NAME_BYTES && name.bytes().all(may_have) && !is_dots {
            return Ok(());
        }
        let why = format!(
            "a node is shown by a name of 1 to {MAX_NAME_BYTES} letters, digits, `-`, `_` and `.`, not by `{}`",
            name.escape_debug()
        );
        Err(Error::new(ErrorKind::InvalidInput, why))
    }

    /// Asks the node.
    pub(crate) async fn ask(&self, sender: &Sender, topic: Topic, query: Option<&str>) -> Answer {
        let look = Look {
            path: topic.path().to_owned(),
            query: query
                .filter(|it| it.len() <= MAX_QUERY_BYTES)
                .map(str::to_owned),
        };
        let asked = sender.ask_timeout::<Looked>(self.route.clone(), look, MAX_WAIT);
        match asked.await {
            Ok(Looked { status, body })
                if matches!(status, 200 | 400 | 503) && body.len() <= MAX_ANSWER_BYTES =>
            {
                let body = body.into();
                Answer { status, body }
            }
            Ok(_) => self.failed("its answer is not one of a console"),
            Err(error) => self.failed(&format!("{error:#}")),
        }
    }

    fn failed(&self, why: &str) -> Answer {
        let why: String = why.chars().filter(|char| !char.is_control()).collect();
        let body = format!("the node `{}` can't be looked at: {why}\n", self.name);
        Answer {
            status: 502,
            body: body.into(),
        }
    }
}
