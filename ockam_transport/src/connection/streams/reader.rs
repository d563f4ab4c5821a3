use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use ockam_core::Address;
use ockam_core::parts::Upstream;
use ockam_node::transport::Credits;

use super::window::Window;
use crate::lock::lock;
use crate::quota::Share;

/// How many bytes the windows of all answers of a connection grow by, at most.
const MAX_GROWTH_BYTES: usize = 16 * 1024 * 1024;

/// By how many bytes the windows of the answers of a connection have grown.
#[derive(Default)]
pub(super) struct Growth(AtomicUsize);

/// What the reader of an answer tells the peer: what it has taken, and that it is gone.
pub(in crate::connection) struct Reader {
    asker: Address,
    connection: Weak<dyn Credits>,
    /// The bytes that are not read of all answers of the connection.
    unread: Arc<Mutex<Share>>,
    /// That of all answers of the connection.
    growth: Arc<Growth>,
    state: Mutex<State>,
}

struct State {
    /// How much the peer may be ahead. It grows while the reader waits for parts.
    window: Window,
    /// By how many bytes it has grown.
    growth: usize,
    /// Whether the reader has waited since it has been granted more.
    has_waited: bool,
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
        growth: Arc<Growth>,
    ) -> Self {
        let state = Mutex::new(State {
            window,
            growth: 0,
            has_waited: false,
            unread: 0,
            parts: 0,
            bytes: 0,
            is_gone: false,
        });
        Self {
            asker,
            connection,
            unread,
            growth,
            state,
        }
    }

    /// Returns how much the peer may be ahead.
    pub(in crate::connection) fn window(&self) -> Window {
        lock(&self.state).window
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

impl State {
    /// Returns what the peer may send more, if it is enough to tell it.
    fn due(&mut self, growth: &Growth) -> Option<Window> {
        let is_due = 2 * self.parts >= self.window.parts || 2 * self.bytes >= self.window.bytes;
        if !is_due {
            return None;
        }
        let mut granted = Window {
            parts: mem::take(&mut self.parts),
            bytes: mem::take(&mut self.bytes),
        };
        if mem::take(&mut self.has_waited) {
            let larger = self.window.doubled(granted);
            let more = larger.beyond(self.window);
            if growth.take(more.weight()) {
                self.growth += more.weight();
                self.window = larger;
                granted.parts = granted.parts.saturating_add(more.parts);
                granted.bytes = granted.bytes.saturating_add(more.bytes);
            }
        }
        Some(granted)
    }
}

impl Growth {
    fn take(&self, bytes: usize) -> bool {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                taken
                    .checked_add(bytes)
                    .filter(|sum| *sum <= MAX_GROWTH_BYTES)
            });
        taken.is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Upstream for Reader {
    fn taken(&self, parts: usize, bytes: usize, has_waited: bool) {
        let mut state = lock(&self.state);
        state.unread = state.unread.saturating_sub(bytes);
        state.parts = state.parts.saturating_add(parts as u32);
        state.bytes = state.bytes.saturating_add(bytes as u64);
        state.has_waited |= has_waited;
        let granted = state.due(&self.growth);
        drop(state);
        lock(&self.unread).remove(bytes);
        if let (Some(granted), Some(connection)) = (granted, self.connection.upgrade()) {
            connection.grant(&self.asker, granted.parts, granted.bytes);
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
        let (unread, growth) = {
            let state = lock(&self.state);
            (state.unread, state.growth)
        };
        lock(&self.unread).remove(unread);
        self.growth.give_back(growth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotas::Quotas;
    use crate::settings::TransportSettings;

    /// Sums up what it grants.
    #[derive(Default)]
    struct Grants(Mutex<(u64, u64)>);

    impl Credits for Grants {
        fn grant(&self, _: &Address, parts: u32, bytes: u64) {
            let mut sum = lock(&self.0);
            sum.0 += u64::from(parts);
            sum.1 += bytes;
        }

        fn cancel(&self, _: &Address) {}
    }

    struct Connection {
        grants: Arc<Grants>,
        unread: Arc<Mutex<Share>>,
        growth: Arc<Growth>,
    }

    impl Connection {
        fn new() -> Self {
            let quotas = Quotas::new(&TransportSettings::new());
            Self {
                grants: Arc::default(),
                unread: Arc::new(Mutex::new(quotas.waiting.share())),
                growth: Arc::default(),
            }
        }

        fn reader(&self) -> Reader {
            let connection: Weak<dyn Credits> = Arc::downgrade(&self.grants) as Weak<Grants>;
            let (unread, growth) = (self.unread.clone(), self.growth.clone());
            Reader::new(
                "asker".into(),
                Window::beside(0),
                connection,
                unread,
                growth,
            )
        }
    }

    /// Takes all that may come, some times. Returns the window at the end.
    fn read(reader: &Reader, times: usize, has_waited: bool) -> Window {
        for _ in 0..times {
            reader.taken(reader.window().parts as usize, 0, has_waited);
        }
        reader.window()
    }

    #[test]
    fn the_window_grows_while_the_reader_waits_for_parts() {
        let connection = Connection::new();
        let reader = connection.reader();
        let first = reader.window();
        assert_eq!(read(&reader, 10, false), first);
        assert_eq!(lock(&connection.grants.0).0, 10 * u64::from(first.parts));
        *lock(&connection.grants.0) = (0, 0);
        let grown = read(&reader, 1, true);
        assert_eq!(
            (grown.parts, grown.bytes),
            (2 * first.parts, 2 * first.bytes)
        );
        // What has been taken, and as much again.
        assert_eq!(*lock(&connection.grants.0), (512, 256 * 1024));
        let largest = read(&reader, 20, true);
        assert_eq!((largest.parts, largest.bytes), (16 * 1024, 1024 * 1024));
    }

    #[test]
    fn the_window_for_large_parts_grows_by_parts_alone() {
        let connection = Connection::new();
        let reader = connection.reader();
        let first = reader.window();
        for _ in 0..100 {
            const BYTES: usize = 16 * 16 * 1024;
            lock(&connection.unread).add(BYTES);
            reader.come(BYTES);
            reader.taken(16, BYTES, true);
        }
        assert_eq!(reader.window().bytes, first.bytes);
    }

    #[test]
    fn all_windows_of_a_connection_grow_by_so_much_and_give_it_back() {
        let connection = Connection::new();
        let mut readers = Vec::new();
        let has_grown = |reader: &Reader| read(reader, 20, true) != Window::beside(0);
        loop {
            let reader = connection.reader();
            let more = has_grown(&reader);
            readers.push(reader);
            if !more {
                break;
            }
            assert!(readers.len() < 1_000);
        }
        assert!(connection.growth.0.load(Ordering::Relaxed) <= MAX_GROWTH_BYTES);
        drop(readers);
        assert_eq!(connection.growth.0.load(Ordering::Relaxed), 0);
        assert!(has_grown(&connection.reader()));
    }
}
