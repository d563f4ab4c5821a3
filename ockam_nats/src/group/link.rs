use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ockam_core::{Address, Error, ErrorKind, Hops, Result, Route};
use ockam_node::transport::{Link, Outgoing, Report, SendError};

use super::find::Find;
use crate::bus::Bus;
use crate::network::NODE;

/// Sends each message to a node that serves a group, or to all of them.
pub(super) struct GroupLink {
    bus: Arc<Bus>,
    name: String,
    is_for_all: bool,
    turn: AtomicUsize,
    find: Find,
}

/// A node that serves the group.
struct Choice {
    node: String,
    link: Arc<dyn Link>,
    /// The way behind the link, to its worker.
    onward: Route,
}

impl GroupLink {
    pub(super) fn new(bus: &Arc<Bus>, name: &str, is_for_all: bool) -> Self {
        Self {
            bus: bus.clone(),
            name: name.to_owned(),
            is_for_all,
            turn: AtomicUsize::new(0),
            find: Find::default(),
        }
    }

    /// Returns the nodes that serve the group, those first that are to be tried first.
    fn choices(&self, turn: usize, rest: Hops<'_>) -> impl Iterator<Item = Choice> {
        let servers = self.bus.members.serving(&self.name, turn).into_iter();
        servers.filter_map(move |server| {
            let mut onward = Route::from(server.serving.worker.parse::<Address>().ok()?);
            rest.named().for_each(|hop| onward.push_back(hop.clone()));
            let address = Address::new(NODE, &server.node);
            let gateway = &self.bus.gateway;
            let link = gateway.link(&address).or_else(|| {
                gateway.find(&address).ok()?;
                gateway.link(&address)
            });
            Some(Choice {
                node: server.node,
                link: link?,
                onward,
            })
        })
    }

    fn nobody(&self) -> SendError<()> {
        let why = format!("no node on the bus serves the group `{}`", self.name);
        SendError::Failed((), Error::new(ErrorKind::UnknownAddress, why))
    }
}

impl GroupLink {
    /// Sends a message to all members. One without room is left out, which is counted and logged.
    fn send_to_all(&self, message: &Outgoing<'_>) -> Result<(), SendError<()>> {
        if message.return_route.reply_to().is_some() {
            let why = format!(
                "all of the group `{}` can't be asked: which answer counts?",
                self.name
            );
            return Err(SendError::Failed(
                (),
                Error::new(ErrorKind::InvalidInput, why),
            ));
        }
        let (mut are_any, mut sent) = (false, Ok(()));
        for choice in self.choices(0, message.onward) {
            are_any = true;
            let outgoing = Outgoing {
                onward: choice.onward.hops(),
                ..*message
            };
            match choice.link.try_send(&outgoing) {
                Err(SendError::Failed((), error)) if !is_gone(&error) => {
                    sent = Err(SendError::Failed((), error));
                }
                Err(SendError::Full(())) => {
                    let why = format!("a message to all of the group `{}`: no room", self.name);
                    let why = Error::new(ErrorKind::MailboxFull, why);
                    self.bus
                        .gateway
                        .lose(&Address::new(NODE, &choice.node), &why, 1);
                }
                _ => {}
            }
        }
        if are_any {
            return sent;
        }
        match self.find.take_nobody() {
            true => Err(self.nobody()),
            false => Err(SendError::Full(())),
        }
    }
}

#[async_trait]
impl Link for GroupLink {
    fn try_send(&self, message: &Outgoing<'_>) -> Result<(), SendError<()>> {
        if self.is_for_all {
            return self.send_to_all(message);
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let (mut is_full, mut are_any) = (false, false);
        for choice in self.choices(turn, message.onward) {
            are_any = true;
            let outgoing = Outgoing {
                onward: choice.onward.hops(),
                ..*message
            };
            match choice.link.try_send(&outgoing) {
                Ok(()) => {
                    self.bus.members.sent(&choice.node, &self.name);
                    return Ok(());
                }
                Err(SendError::Full(())) => is_full = true,
                Err(SendError::Failed((), error)) if is_gone(&error) => {}
                Err(other) => return Err(other),
            }
        }
        match is_full || (!are_any && !self.find.take_nobody()) {
            true => Err(SendError::Full(())),
            false => Err(self.nobody()),
        }
    }

    async fn room(&self, onward: Hops<'_>) {
        let first = self
            .choices(self.turn.load(Ordering::Relaxed), onward)
            .next();
        match first {
            Some(choice) => choice.link.room(choice.onward.hops()).await,
            None => self.find.ask(&self.bus, &self.name).await,
        }
    }

    fn report(&self, _onward: Hops<'_>, _report: &Report<'_>) -> bool {
        // Nothing comes from a group.
        false
    }

    fn check_streams(&self) -> Result<()> {
        let first = self.choices(0, Route::new().hops()).next();
        first.map_or(Ok(()), |choice| choice.link.check_streams())
    }
}

/// Tells whether a message was not sent because its node is gone.
fn is_gone(error: &Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::UnknownAddress | ErrorKind::NoRoute | ErrorKind::Stopped
    )
}
