//! What is known of all nodes of a simulated network.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use ockam_node::Context;
use ockam_node::transport::Gateway;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use super::faults::{Fate, Faults};
use super::pipe::{Pipe, Reader, Writer, pipe};
use crate::clock::{Instant, after, now};
use crate::lock::lock;
use crate::network::Accepted;

/// The nodes, and what connects them.
#[derive(Default)]
pub(super) struct Nodes {
    pub(super) faults: Mutex<Faults>,
    hosts: Mutex<BTreeMap<String, Arc<Machine>>>,
    /// Until when nothing passes between two nodes, whose names are sorted.
    cuts: Mutex<BTreeMap<[String; 2], Instant>>,
    pipes: Mutex<Vec<Piped>>,
}

/// A pipe, and the two nodes that it connects.
struct Piped {
    names: [String; 2],
    pipe: Weak<Pipe>,
}

/// A machine on which a node runs, crashes, and starts again.
#[derive(Default)]
pub(super) struct Machine {
    pub(super) crash: Notify,
    pub(super) running: Mutex<Option<Running>>,
    pub(super) accepting: Mutex<Option<UnboundedSender<Accepted<Reader, Writer>>>>,
}

/// A node of the network that runs.
pub(super) struct Running {
    pub(super) gateway: Gateway,
    /// It keeps the node, whose `main` may have dropped its context.
    pub(super) keeper: Context,
}

impl Drop for Running {
    /// Ends the node as a crash does: nothing is finished, and nobody is told.
    fn drop(&mut self) {
        self.gateway.abandon();
    }
}

impl Nodes {
    /// Adds a machine. Returns `None` if there is one of this name.
    pub(super) fn add(&self, name: &str) -> Option<Arc<Machine>> {
        let mut hosts = lock(&self.hosts);
        if hosts.contains_key(name) {
            return None;
        }
        let machine = Arc::<Machine>::default();
        hosts.insert(name.to_owned(), machine.clone());
        Some(machine)
    }

    pub(super) fn remove(&self, name: &str) {
        let machine = lock(&self.hosts).remove(name);
        drop(machine);
    }

    pub(super) fn machine(&self, name: &str) -> Option<Arc<Machine>> {
        lock(&self.hosts).get(name).cloned()
    }

    /// Returns until when nothing passes between two nodes.
    pub(super) fn cut_until(&self, one: &str, other: &str) -> Option<Instant> {
        let cuts = lock(&self.cuts);
        cuts.get(&sorted(one, other))
            .copied()
            .filter(|until| *until > now())
    }

    /// Lets nothing pass between two nodes for a while.
    pub(super) fn cut(&self, one: &str, other: &str, time: Duration) {
        let names = sorted(one, other);
        for pipe in self.pipes_of(|piped| piped.names == names) {
            pipe.hold(time);
        }
        let until = after(time);
        let mut cuts = lock(&self.cuts);
        let end = cuts.entry(names).or_insert(until);
        *end = until.max(*end);
    }

    /// Breaks the connections of a node.
    pub(super) fn break_all(&self, name: &str) {
        for pipe in self.pipes_of(|piped| piped.names.iter().any(|it| it == name)) {
            pipe.break_off(io::ErrorKind::ConnectionReset);
        }
    }

    fn pipes_of(&self, is_meant: impl Fn(&Piped) -> bool) -> Vec<Arc<Pipe>> {
        let mut pipes = lock(&self.pipes);
        pipes.retain(|piped| piped.pipe.strong_count() > 0);
        let meant = pipes.iter().filter(|piped| is_meant(piped));
        meant.filter_map(|piped| piped.pipe.upgrade()).collect()
    }

    /// Makes the two directions of a stream. Returns the ends of the first node, and of the second.
    pub(super) fn stream(
        self: &Arc<Self>,
        from: &str,
        to: &str,
    ) -> ((Reader, Writer), (Reader, Writer)) {
        let (there, to_reader, from_writer) = self.pipe(from, to);
        let (back, from_reader, to_writer) = self.pipe(to, from);
        let piped = |pipe: &Arc<Pipe>| Piped {
            names: sorted(from, to),
            pipe: Arc::downgrade(pipe),
        };
        lock(&self.pipes).extend([piped(&there), piped(&back)]);
        ((from_reader, from_writer), (to_reader, to_writer))
    }

    fn pipe(self: &Arc<Self>, from: &str, to: &str) -> (Arc<Pipe>, Reader, Writer) {
        let (nodes, from, to) = (Arc::downgrade(self), from.to_owned(), to.to_owned());
        pipe(Box::new(move || match nodes.upgrade() {
            Some(nodes) => nodes.carry(&from, &to),
            None => Err(io::ErrorKind::NetworkDown.into()),
        }))
    }

    /// Decides when bytes arrive, and what else happens.
    fn carry(&self, from: &str, to: &str) -> io::Result<Instant> {
        let faults = lock(&self.faults).clone();
        match faults.fate() {
            Fate::Arrives => {}
            Fate::Lost => {
                let names = sorted(from, to);
                for pipe in self.pipes_of(|piped| piped.names == names) {
                    pipe.break_off(io::ErrorKind::ConnectionReset);
                }
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Fate::Cut(time) => self.cut(from, to, time),
            Fate::Crash => {
                // The node of the test itself doesn't crash: it isn't among the machines.
                if let Some(machine) = self.machine(to) {
                    machine.crash.notify_one();
                }
            }
        }
        let arrives = after(faults.latency());
        Ok(self
            .cut_until(from, to)
            .map_or(arrives, |until| until.max(arrives)))
    }

    /// Ends all nodes at once.
    pub(super) fn end(&self) {
        let machines = std::mem::take(&mut *lock(&self.hosts));
        machines.values().for_each(|machine| machine.halt());
        for (name, machine) in machines {
            self.break_all(&name);
            machine.crash.notify_one();
        }
    }
}

impl Machine {
    /// Lets the node crash.
    pub(super) fn halt(&self) {
        let accepting = lock(&self.accepting).take();
        let running = lock(&self.running).take();
        drop((accepting, running));
    }
}

fn sorted(one: &str, other: &str) -> [String; 2] {
    let mut names = [one.to_owned(), other.to_owned()];
    names.sort_unstable();
    names
}
