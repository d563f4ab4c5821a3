use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use ockam_core::Address;
use tokio::sync::Notify;

/// How many handshakes may be under way by one connection. Beyond that, the oldest one ends.
const MAX_PER_CONNECTION: usize = 256;

/// How many handshakes may be under way by all connections. Beyond that, the oldest one of the connection with
/// the most ends.
const MAX_OF_ALL: usize = 4_096;

/// The handshakes that were begun by others and are not finished.
///
/// A new one takes the place of an old one, and is not refused: whoever begins handshakes and doesn't finish them
/// keeps out those who do only as long as it begins more within the time that an honest handshake takes.
#[derive(Default)]
pub(super) struct HalfOpen(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// By the connection by which they came, the oldest one first.
    by_connection: HashMap<Option<Address>, VecDeque<(u64, Arc<Notify>)>>,
    count: usize,
    next: u64,
}

/// The place of one handshake. It is free when this is dropped.
pub(super) struct Place {
    half_open: Arc<HalfOpen>,
    connection: Option<Address>,
    number: u64,
    evicted: Arc<Notify>,
}

impl HalfOpen {
    /// Takes a place for a handshake that has come by a connection.
    pub(super) fn begin(self: &Arc<Self>, connection: Option<&Address>) -> Place {
        let connection = connection.cloned();
        let evicted = Arc::new(Notify::new());
        let mut table = self.lock();
        let number = table.next;
        table.next += 1;
        let crowded = table.crowded(&connection);
        let before = crowded.and_then(|crowded| table.remove_oldest(&crowded));
        let handshakes = table.by_connection.entry(connection.clone()).or_default();
        handshakes.push_back((number, evicted.clone()));
        table.count += 1;
        drop(table);
        if let Some(before) = before {
            before.notify_one();
        }
        Place {
            half_open: self.clone(),
            connection,
            number,
            evicted,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Returns the connection that has to give a place, if one has.
    fn crowded(&self, connection: &Option<Address>) -> Option<Option<Address>> {
        let own = self.by_connection.get(connection).map_or(0, VecDeque::len);
        if own >= MAX_PER_CONNECTION {
            return Some(connection.clone());
        }
        if self.count < MAX_OF_ALL {
            return None;
        }
        let all = self.by_connection.iter();
        let most = all.max_by_key(|(_, handshakes)| handshakes.len());
        most.map(|(connection, _)| connection.clone())
    }

    fn remove_oldest(&mut self, connection: &Option<Address>) -> Option<Arc<Notify>> {
        let handshakes = self.by_connection.get_mut(connection)?;
        let oldest = handshakes.pop_front();
        if handshakes.is_empty() {
            self.by_connection.remove(connection);
        }
        let (_, evicted) = oldest?;
        self.count -= 1;
        Some(evicted)
    }

    fn remove(&mut self, connection: &Option<Address>, number: u64) {
        let Some(handshakes) = self.by_connection.get_mut(connection) else {
            return;
        };
        // It is not there if it was evicted.
        let Ok(place) = handshakes.binary_search_by_key(&number, |(number, _)| *number) else {
            return;
        };
        handshakes.remove(place);
        if handshakes.is_empty() {
            self.by_connection.remove(connection);
        }
        self.count -= 1;
    }
}

impl Place {
    /// Waits for a future, or returns `None` when the place is taken by another handshake.
    pub(super) async fn unless_evicted<F: Future>(&self, future: F) -> Option<F::Output> {
        let (mut evicted, mut future) = (pin!(self.evicted.notified()), pin!(future));
        std::future::poll_fn(|cx| match evicted.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => future.as_mut().poll(cx).map(Some),
        })
        .await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.half_open.lock();
        table.remove(&self.connection, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_evicted(place: &Place) -> bool {
        let mut notified = pin!(place.evicted.notified());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        notified.as_mut().poll(&mut cx).is_ready()
    }

    #[test]
    fn a_connection_gives_its_own_oldest_place() {
        let half_open = Arc::<HalfOpen>::default();
        let [greedy, modest] = ["greedy", "modest"].map(Address::from);
        let honest = half_open.begin(Some(&modest));
        let all: Vec<_> = (0..=MAX_PER_CONNECTION)
            .map(|_| half_open.begin(Some(&greedy)))
            .collect();
        let evicted: Vec<_> = all.iter().map(is_evicted).collect();
        assert!(evicted[0] && !evicted[1..].contains(&true));
        assert!(!is_evicted(&honest));
        assert_eq!(half_open.lock().count, MAX_PER_CONNECTION + 1);
        drop((all, honest));
        let table = half_open.lock();
        assert!(table.count == 0 && table.by_connection.is_empty());
    }

    #[test]
    fn many_connections_leave_room_for_one_more() {
        let half_open = Arc::<HalfOpen>::default();
        let mut all = Vec::new();
        for number in 0..20 {
            let connection = Address::from(number.to_string());
            all.extend((0..MAX_PER_CONNECTION).map(|_| half_open.begin(Some(&connection))));
        }
        assert_eq!(half_open.lock().count, MAX_OF_ALL);
        let honest = half_open.begin(Some(&"honest".into()));
        let others: Vec<_> = (0..100)
            .map(|_| half_open.begin(Some(&"0".into())))
            .collect();
        assert!(!is_evicted(&honest));
        assert_eq!(half_open.lock().count, MAX_OF_ALL);
        drop((all, others, honest));
        assert_eq!(half_open.lock().count, 0);
    }
}
