use std::mem;
use std::sync::{Arc, Mutex, Weak};

use ockam_core::Address;
use ockam_core::parts::Upstream;
use ockam_node::transport::Credits;

use super::window::Window;
use crate::lock::lock;
use crate::quota::Share;

/// What the reader of an answer tells the peer: what it has taken, and that it is gone.
pub(in crate::connection) struct Reader {
    asker: Address,
    window: Window,
    connection: Weak<dyn Credits>,
    /// The bytes that are not read of all answers of the connection.
    unread: Arc<Mutex<Share>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many bytes have come that the reader has not taken.
    unread: usize,
    /// What has been taken, and not been granted again.
    parts: u32,
    bytes: u64,
    is_gone: bool,
}

impl Reader {
    pub(super) fn new(
        asker: Address,
        window: Window,
        connection: Weak<dyn Credits>,
        unread: Arc<Mutex<Share>>,
    ) -> Self {
        let state = Mutex::default();
        Self {
            asker,
            window,
            connection,
            unread,
            state,
        }
    }

    /// Returns how much the peer is granted at first.
    pub(in crate::connection) fn window(&self) -> Window {
        self.window
    }

    /// Tells whether nobody reads any more.
    pub(in crate::connection) fn is_gone(&self) -> bool {
        lock(&self.state).is_gone
    }

    /// Counts a part that has come.
    pub(super) fn come(&self, bytes: usize) {
        lock(&self.state).unread += bytes;
    }
}

impl Upstream for Reader {
    fn taken(&self, parts: usize, bytes: usize) {
        let mut state = lock(&self.state);
        state.unread = state.unread.saturating_sub(bytes);
        state.parts = state.parts.saturating_add(parts as u32);
        state.bytes = state.bytes.saturating_add(bytes as u64);
        let is_due = 2 * state.parts >= self.window.parts || 2 * state.bytes >= self.window.bytes;
        let granted = is_due.then(|| (mem::take(&mut state.parts), mem::take(&mut state.bytes)));
        drop(state);
        lock(&self.unread).remove(bytes);
        if let (Some((parts, bytes)), Some(connection)) = (granted, self.connection.upgrade()) {
            connection.grant(&self.asker, parts, bytes);
        }
    }

    fn cancel(&self) {
        lock(&self.state).is_gone = true;
        if let Some(connection) = self.connection.upgrade() {
            connection.cancel(&self.asker);
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let unread = lock(&self.state).unread;
        lock(&self.unread).remove(unread);
    }
}
