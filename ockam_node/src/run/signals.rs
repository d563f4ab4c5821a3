//! The signals that end a process, which stop the nodes that live.
//!
//! A thread of the process listens to them, from the first node that is executed on: the handlers of
//! signals belong to the process, and once there, they stay. The thread tells the nodes that are being
//! executed. If there is none, it does what the system would have done.

#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(windows, path = "signals/windows.rs")]
mod system;

use std::io;
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use crate::log;
use crate::node::Node;
use crate::task;
use crate::time::clock;
use system::SystemSignals;

static NODES: Mutex<Nodes> = Mutex::new(Nodes {
    is_listening: false,
    living: Vec::new(),
});

/// Notified when a node gives up or ends.
static CHANGED: Condvar = Condvar::new();

struct Nodes {
    /// Whether the thread that listens has been started.
    is_listening: bool,
    living: Vec<Entry>,
}

struct Entry {
    node: Arc<Node>,
    signal: Arc<FirstSignal>,
    /// Whether the node has not stopped in time after a signal.
    has_given_up: bool,
}

/// The first signal that a node has been told of.
#[derive(Default)]
struct FirstSignal {
    at: OnceLock<Instant>,
    has_come: Notify,
}

/// Tells a node of the signals of the process, until it ends or is dropped.
pub(super) struct NodeSignals {
    signal: Arc<FirstSignal>,
}

impl NodeSignals {
    /// Begins to listen. The node is told of every signal after this has returned, and of none before.
    pub(super) fn listen(node: &Arc<Node>) -> Self {
        let signal = Arc::new(FirstSignal::default());
        let mut nodes = lock();
        let listens = nodes.is_listening || {
            let listens = listen();
            if let Err(error) = &listens {
                let why = format_args!("signals can't be watched: {error}");
                log::warn_node(node.name(), why);
            }
            listens.is_ok()
        };
        nodes.is_listening = listens;
        nodes.living.push(Entry {
            node: node.clone(),
            signal: signal.clone(),
            has_given_up: false,
        });
        Self { signal }
    }

    /// Waits for the first signal, and returns when it came.
    pub(super) async fn first(&self) -> Instant {
        loop {
            // Created before the time is read, so that no signal in between is missed.
            let has_come = self.signal.has_come.notified();
            match self.signal.at.get() {
                Some(at) => return *at,
                None => has_come.await,
            }
        }
    }

    /// Ends the process, because the node has not stopped in time after a signal. While other nodes
    /// still have time, this waits. It returns if the node ends meanwhile.
    pub(super) fn give_up(&self) {
        let mut nodes = lock();
        while let Some(own) = nodes.living.iter_mut().find(|entry| self.is_of(entry)) {
            own.has_given_up = true;
            CHANGED.notify_all();
            if nodes.living.iter().all(|entry| entry.has_given_up) {
                process::exit(0);
            }
            nodes = CHANGED.wait(nodes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends this: the node has stopped, or nobody executes it any more.
    pub(super) fn end(&self) {
        let mut nodes = lock();
        let own = nodes.living.iter().position(|entry| self.is_of(entry));
        let entry = own.map(|own| nodes.living.swap_remove(own));
        drop(nodes);
        CHANGED.notify_all();
        drop(entry);
    }

    fn is_of(&self, entry: &Entry) -> bool {
        Arc::ptr_eq(&entry.signal, &self.signal)
    }
}

impl Drop for NodeSignals {
    fn drop(&mut self) {
        self.end();
    }
}

fn lock() -> MutexGuard<'static, Nodes> {
    NODES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread that listens.
fn listen() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let signals = {
        let _inside = runtime.enter();
        SystemSignals::listen()?
    };
    let name = "ockam signals".to_owned();
    task::spawn_thread(name, move || pass_on(&runtime, signals))?;
    Ok(())
}

/// Passes the signals on to the nodes, for ever.
fn pass_on(runtime: &Runtime, mut signals: SystemSignals) {
    task::block_on(runtime, async {
        loop {
            let signal = signals.next().await;
            let nodes = tell(system::exit_code(signal));
            if nodes.is_empty() {
                signals.do_as_the_system_does(signal);
            }
            nodes.iter().for_each(Node::request_stop);
        }
    });
}

/// Notes a signal, and returns the nodes that it stops. If it is the second one for a node, the process
/// ends.
fn tell(exit_code: i32) -> Vec<Arc<Node>> {
    let mut nodes = lock();
    for entry in &mut nodes.living {
        if entry.signal.at.set(clock::thread_now()).is_err() {
            process::exit(exit_code);
        }
        entry.signal.has_come.notify_waiters();
    }
    nodes
        .living
        .iter()
        .map(|entry| entry.node.clone())
        .collect()
}
