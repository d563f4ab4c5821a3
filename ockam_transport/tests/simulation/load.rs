//! What a host sends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ockam_core::{Address, Result, Route, TransportType, route};
use ockam_node::Sender;
use ockam_transport::Connection;
use tokio::time::sleep;

use crate::history::{History, Outcome, now};
use crate::plan::{Manner, Operation, WAYS, Way, peers};
use crate::scenario::{HOSTS, WELL};
use crate::workers::{MANNERS, Note, WaysBack};

/// The connections that this host has made.
pub(crate) type Kept = Mutex<[Option<Connection>; HOSTS.len()]>;

/// Sends the messages of a host, in one of its lives.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) history: Arc<History>,
    pub(crate) host: usize,
    pub(crate) life: u64,
    pub(crate) sender: Sender,
    pub(crate) kept: Arc<Kept>,
    pub(crate) ways: Arc<WaysBack>,
}

impl Load {
    /// Sends the tells of a lane, one after another, by `sender`.
    pub(crate) async fn tell_all(self, sender: Sender, lane: u64, tells: Vec<Operation>) {
        for (place, tell) in tells.iter().enumerate() {
            sleep(tell.at.saturating_sub(now())).await;
            self.history.begin(*tell, self.life);
            let outcome = match self.way(tell.way, tell.to) {
                None => Outcome::Unsent,
                Some((number, way)) => {
                    let lane = (lane * 1_000 + self.life) * 1_000 + number;
                    let note = note(tell, lane, place as u64);
                    let sent = sender.send_message(behind(way, worker(tell)), note);
                    match sent.await {
                        Ok(()) => Outcome::Accepted,
                        Err(error) => Outcome::Failed(error.kind()),
                    }
                }
            };
            self.history.end(tell, outcome);
        }
    }

    /// Waits until it is time, and asks.
    pub(crate) async fn ask(self, ask: Operation) {
        sleep(ask.at.saturating_sub(now())).await;
        self.history.begin(ask, self.life);
        let outcome = match self.way(ask.way, ask.to) {
            None => Outcome::Unsent,
            Some((_, way)) => {
                let asked = self.question(way, &ask).await;
                match asked {
                    Ok(answer) => {
                        if answer != ask.id {
                            let why = format!("{answer} was the answer to {}", ask.id);
                            self.history.complain(why);
                        }
                        Outcome::Answered
                    }
                    Err(error) => Outcome::Failed(error.kind()),
                }
            }
        };
        self.history.end(&ask, outcome);
    }

    async fn question(&self, way: Route, ask: &Operation) -> Result<u64> {
        let (route, note) = (behind(way, worker(ask)), note(ask, 0, 0));
        self.sender.ask_timeout(route, note, ask.limit).await
    }

    /// Asks by all ways until each leads to an answer, as it has to once there are no more faults.
    pub(crate) async fn find_all_well(&self, first: u64) {
        let mut id = first;
        for (to, way) in peers(self.host)
            .into_iter()
            .flat_map(|to| WAYS.map(|way| (to, way)))
        {
            while !self.probe(to, way, id).await {
                id += 1;
                if now() > WELL {
                    let (from, to) = (HOSTS[self.host], HOSTS[to]);
                    let why = format!("{from} does not get to {to} again: {way:?}");
                    return self.history.complain(why);
                }
                sleep(Duration::from_millis(100)).await;
            }
            id += 1;
        }
    }

    async fn probe(&self, to: usize, way: Way, id: u64) -> bool {
        let probe = Operation {
            id,
            from: self.host,
            to,
            way,
            manner: Manner::Answer,
            at: now(),
            limit: Duration::from_secs(1),
            size: 0,
            is_ask: true,
        };
        self.history.begin(probe, self.life);
        let answer = match self.way(way, to) {
            Some((_, way)) => self
                .question(way, &probe)
                .await
                .map_err(|error| error.kind()),
            None => {
                self.history.end(&probe, Outcome::Unsent);
                return false;
            }
        };
        let outcome = answer.map_or_else(Outcome::Failed, |_| Outcome::Answered);
        self.history.end(&probe, outcome);
        outcome == Outcome::Answered
    }

    /// Introduces a connection to the peer at its other end, again and again.
    pub(crate) async fn introduce(self, connection: Connection) {
        let remember = manner(Manner::Remember);
        loop {
            let note: Note = (0, 0, 0, remember, self.host as u8, Vec::new());
            // If it fails, the next one may succeed.
            let _ = self
                .sender
                .send_message(route![&connection, "book"], note)
                .await;
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Returns the route to a host, with how many connections there were before.
    fn way(&self, way: Way, to: usize) -> Option<(u64, Route)> {
        match way {
            Way::Dialled => Some((0, route![address(to)])),
            Way::Through => Some((0, route![address(3 - self.host - to), address(to)])),
            Way::Kept => {
                let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept[to].as_ref().map(|kept| (0, route![kept]))
            }
            Way::Back => {
                let (number, way) = self.ways.to(to)?;
                Some((number, route![way]))
            }
        }
    }
}

/// Returns the address that a host listens at.
pub(crate) fn address(host: usize) -> Address {
    Address::new(TransportType::TCP, format!("{}:4000", HOSTS[host]))
}

fn behind(mut way: Route, worker: &str) -> Route {
    way.push_back(worker);
    way
}

/// Returns the worker for a message. Slow ones have a worker of their own, so that they do not delay
/// the others.
fn worker(operation: &Operation) -> &'static str {
    match operation.manner {
        Manner::AnswerSlowly | Manner::TakeSlowly => "slow",
        _ => "inbox",
    }
}

fn note(operation: &Operation, lane: u64, place: u64) -> Note {
    let padding = vec![7; operation.size];
    let (manner, from) = (manner(operation.manner), operation.from as u8);
    (operation.id, lane, place, manner, from, padding)
}

fn manner(manner: Manner) -> u8 {
    let place = MANNERS.iter().position(|one| *one == manner);
    place.expect("all manners are listed") as u8
}
