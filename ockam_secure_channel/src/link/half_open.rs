use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use ockam_core::{Address, Route};
use tokio::sync::Notify;

/// How many handshakes may be under way by one connection. Beyond that, the oldest one ends.
const MAX_PER_CONNECTION: usize = 256;

/// How many handshakes may be under way by all connections. Beyond that, the oldest one of the connection with
/// the most ends.
const MAX_OF_ALL: usize = 4_096;

/// The handshakes that were begun by others and are not finished.
///
/// A new one takes the place of an old one, and is not refused. Of those that have come by one connection, the oldest
/// of whoever has the most gives its place. The way back tells who that is: each node on the way puts the connection by
/// which a handshake has come in front of it. So what others write behind that divides their own share, and takes
/// nothing from those who have come another way.
#[derive(Default)]
pub(super) struct HalfOpen(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// By the connection by which they came, the oldest one first.
    by_connection: HashMap<Option<Address>, VecDeque<Begun>>,
    count: usize,
    next: u64,
}

/// A handshake that was begun.
struct Begun {
    number: u64,
    /// The way back behind the connection.
    back: Route,
    evicted: Arc<Notify>,
}

/// The place of one handshake. It is free when this is dropped.
pub(super) struct Place {
    half_open: Arc<HalfOpen>,
    connection: Option<Address>,
    number: u64,
    evicted: Arc<Notify>,
}

impl HalfOpen {
    /// Takes a place for a handshake that has come by a connection, and from the end of `back` behind it.
    pub(super) fn begin(self: &Arc<Self>, connection: Option<&Address>, back: Route) -> Place {
        let connection = connection.cloned();
        let evicted = Arc::new(Notify::new());
        let mut table = self.lock();
        let number = table.next;
        table.next += 1;
        let crowded = table.crowded(&connection);
        let before = crowded.and_then(|crowded| table.evict(&crowded));
        let handshakes = table.by_connection.entry(connection.clone()).or_default();
        handshakes.push_back(Begun {
            number,
            back,
            evicted: evicted.clone(),
        });
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

    /// Removes the oldest handshake of whoever has the most of a connection.
    fn evict(&mut self, connection: &Option<Address>) -> Option<Arc<Notify>> {
        let handshakes = self.by_connection.get_mut(connection)?;
        let begun = handshakes.remove(oldest_of_the_greediest(handshakes)?)?;
        if handshakes.is_empty() {
            self.by_connection.remove(connection);
        }
        self.count -= 1;
        Some(begun.evicted)
    }

    fn remove(&mut self, connection: &Option<Address>, number: u64) {
        let Some(handshakes) = self.by_connection.get_mut(connection) else {
            return;
        };
        // It is not there if it was evicted.
        let Ok(place) = handshakes.binary_search_by_key(&number, |begun| begun.number) else {
            return;
        };
        handshakes.remove(place);
        if handshakes.is_empty() {
            self.by_connection.remove(connection);
        }
        self.count -= 1;
    }
}

/// Returns the place of the oldest handshake of whoever has the most: at each address of the ways back, of those that
/// have come by the address by which the most have.
fn oldest_of_the_greediest(handshakes: &VecDeque<Begun>) -> Option<usize> {
    let mut places: Vec<usize> = (0..handshakes.len()).collect();
    for depth in 0.. {
        let hop = |place: &usize| handshakes[*place].back.as_slice().get(depth);
        let mut counts = HashMap::<_, usize>::new();
        for place in &places {
            *counts.entry(hop(place)).or_default() += 1;
        }
        let (most, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        if count > 1 && most.is_some() {
            places.retain(|place| hop(place) == most);
        } else {
            break;
        }
    }
    places.first().copied()
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
    use ockam_core::route;

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
        let honest = half_open.begin(Some(&modest), Route::new());
        let all: Vec<_> = (0..=MAX_PER_CONNECTION)
            .map(|_| half_open.begin(Some(&greedy), Route::new()))
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
    fn who_has_the_most_behind_a_connection_gives_a_place() {
        let middle = Address::from("middle");
        // What the node in the middle says of the way is true, and what stands behind it is not.
        let made_up = |number: usize| {
            [
                route!["eve"],
                route!["eve", number.to_string()],
                route!["eve", "alice", number.to_string()],
                route!["eve", "x", (number % 3).to_string(), number.to_string()],
            ]
        };
        for kind in 0..4 {
            let half_open = Arc::<HalfOpen>::default();
            let begin = |back| half_open.begin(Some(&middle), back);
            let honest = ["alice", "bob"].map(|name| begin(route![name, "inlet"]));
            let nested = begin(route!["another node", "carol", "inlet"]);
            let flood = |number: usize| begin(made_up(number).into_iter().nth(kind).expect("four"));
            let all: Vec<_> = (0..10 * MAX_PER_CONNECTION).map(flood).collect();
            let late = begin(route!["dave", "inlet"]);
            let more: Vec<_> = (0..10 * MAX_PER_CONNECTION).map(flood).collect();
            for place in honest.iter().chain([&nested, &late]) {
                assert!(!is_evicted(place), "{kind}");
            }
            assert_eq!(half_open.lock().count, MAX_PER_CONNECTION);
            drop((all, more, honest, nested, late));
            assert_eq!(half_open.lock().count, 0);
        }
    }

    #[test]
    fn many_connections_leave_room_for_one_more() {
        let half_open = Arc::<HalfOpen>::default();
        let mut all = Vec::new();
        for number in 0..20 {
            let connection = Address::from(number.to_string());
            all.extend(
                (0..MAX_PER_CONNECTION).map(|_| half_open.begin(Some(&connection), Route::new())),
            );
        }
        assert_eq!(half_open.lock().count, MAX_OF_ALL);
        let honest = half_open.begin(Some(&"honest".into()), Route::new());
        let others: Vec<_> = (0..100)
            .map(|_| half_open.begin(Some(&"0".into()), Route::new()))
            .collect();
        assert!(!is_evicted(&honest));
        assert_eq!(half_open.lock().count, MAX_OF_ALL);
        drop((all, others, honest));
        assert_eq!(half_open.lock().count, 0);
    }
}
