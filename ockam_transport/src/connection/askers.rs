use std::collections::BinaryHeap;
use std::time::Duration;

use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Route};
use tokio::time::Instant;

use super::by_address::ByAddress;
use super::shares::Shares;
use super::weight::weight;

/// Those who wait for an answer by this connection.
#[derive(Default)]
pub(super) struct Askers {
    /// By the name of each. The key gives no right to answer: what is removed is the only one.
    waiting: ByAddress<Waiting>,
    /// How much of [`MOST`] is held in whose name.
    shares: Shares,
    /// The number of the last one.
    last: u64,
    /// The number of the last one whose question has been given to a stream.
    last_sent: u64,
    /// How many there may be before those that have ended are looked for.
    many: usize,
    /// When there may be another look for them because there was no room.
    next_look: Option<Instant>,
}

/// Somebody who waits for an answer.
pub(super) struct Waiting {
    pub(super) asker: Replier,
    /// Where the question went first.
    to: Address,
    /// The workers and connections on the way back, in front of the asker.
    by: Route,
    /// In whose name it has its place.
    origin: Option<Address>,
    /// What it takes, more or less.
    bytes: usize,
    /// Grows in the order of asks, so that they end in the order in which they have asked.
    number: u64,
}

impl Waiting {
    pub(super) fn address(&self) -> Address {
        Address::from(self.asker.clone())
    }

    fn is_over(&self) -> bool {
        self.asker.has_ended() || self.asker.remaining().is_zero()
    }
}

/// How many there are at least before those that have ended are looked for.
const FEW: usize = 1024;

/// How many bytes they take at most: those of 100,000 questions of this node, of which one origin may have
/// half. Peers choose how long the ways back are of what goes on to other nodes.
const MOST: usize = 32 * 1024 * 1024;

/// What a question takes beside its addresses, more or less.
const OVERHEAD: usize = 256;

/// How long it takes until there is another look for those that have ended, if there is no room: there
/// may be none for long, and many who ask.
const PAUSE: Duration = Duration::from_secs(1);

impl Askers {
    /// Notes a question that has come from `origin` and is queued. Returns who is forgotten, to be
    /// dropped behind the lock.
    #[must_use]
    pub(super) fn note(
        &mut self,
        asker: &Replier,
        to: &Address,
        by: &[Address],
        origin: Option<&Address>,
    ) -> Vec<Waiting> {
        let mut forgotten = match self.waiting.len() < self.many.max(FEW) {
            true => Vec::new(),
            false => self.take_over(),
        };
        let name = name_of(asker);
        let bytes = OVERHEAD + weight(by.iter().chain([&name, to]));
        self.last += 1;
        let waiting = Waiting {
            asker: asker.clone(),
            to: to.clone(),
            by: by.iter().collect(),
            origin: origin.cloned(),
            bytes,
            number: self.last,
        };
        // Who has waited under the same name: peers choose the names of those who ask from other nodes.
        forgotten.extend(self.remove(&name));
        self.shares.add(origin, bytes);
        self.waiting.insert(name, waiting);
        forgotten
    }

    /// Notes that all that is queued is given to a stream.
    pub(super) fn note_sent(&mut self) {
        self.last_sent = self.last;
    }

    /// Tells whether one more may wait of those that ask from `origin`.
    pub(super) fn have_room(&self, origin: Option<&Address>) -> bool {
        self.shares.has_room(origin, MOST)
    }

    /// Returns the connections that hold places here, if it is time for a look whether they could be freed.
    pub(super) fn look(&mut self) -> Option<Vec<Address>> {
        let now = Instant::now();
        if self.next_look.is_some_and(|next| now < next) {
            return None;
        }
        self.next_look = Some(now + PAUSE);
        Some(self.shares.origins())
    }

    /// Takes out those who wait no longer, and those from origins that are `gone`: they can't be told.
    pub(super) fn take_ended(&mut self, gone: &ByAddress<()>) -> Vec<Waiting> {
        let is_gone = |waiting: &Waiting| {
            let origin = waiting.origin.as_ref();
            origin.is_some_and(|origin| gone.contains_key(origin))
        };
        self.take(&|waiting| waiting.is_over() || is_gone(waiting))
    }

    /// Takes the right to answer at the end of a way, if a question has left that way back.
    ///
    /// The name alone says little: peers choose the names of those who ask from other nodes, and might
    /// choose that of a worker of this one. But the way to those leads by the connection to that peer.
    pub(super) fn take_one(&mut self, way: &Route) -> Option<Waiting> {
        let (name, by) = way.as_slice().split_last()?;
        if self.waiting.is_empty() {
            return None;
        }
        let found = self.waiting.get(name);
        found.filter(|waiting| waiting.by.as_slice() == by)?;
        self.remove(name)
    }

    /// Takes out those whose question has been given to a stream.
    pub(super) fn take_answerable(&mut self) -> Vec<Waiting> {
        let last = self.last_sent;
        self.take(&|waiting| waiting.number <= last)
    }

    /// Takes out those whose question has not been given to any stream.
    pub(super) fn take_queued(&mut self) -> Vec<Waiting> {
        let last = self.last_sent;
        self.take(&|waiting| waiting.number > last)
    }

    /// Takes out those who wait no longer, and lets those that are left double before the next time.
    fn take_over(&mut self) -> Vec<Waiting> {
        let taken = self.take(&Waiting::is_over);
        self.many = 2 * self.waiting.len();
        taken
    }

    /// Takes out some, in the order in which they have asked.
    fn take(&mut self, wanted: &dyn Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let found = self.waiting.iter().filter(|(_, waiting)| wanted(waiting));
        let found = found.map(|(name, waiting)| (waiting.number, name.clone()));
        let found = found.collect::<BinaryHeap<_>>().into_sorted_vec();
        let taken = found.iter().filter_map(|(_, name)| self.remove(name));
        taken.collect()
    }

    fn remove(&mut self, name: &Address) -> Option<Waiting> {
        let waiting = self.waiting.remove(name)?;
        self.shares.remove(waiting.origin.as_ref(), waiting.bytes);
        Some(waiting)
    }
}

/// Names an asker by an address that is no right to answer it.
fn name_of(asker: &Replier) -> Address {
    Address::local(Address::from(asker.clone()).value())
}

/// Tells those who wait for an answer that none can come.
pub(super) fn end_all(all: Vec<Waiting>, kind: ErrorKind, why: &str) {
    for Waiting { asker, to, .. } in all {
        // Given back if it has been answered.
        let _ = asker.fail(Error::new(kind, format!("a message to {to}: {why}")));
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::reply::{Answer, slot};

    use super::*;

    type Asked = (Replier, Answer<u64>);

    fn note(askers: &mut Askers, asker: &Replier, by: &[Address]) -> Vec<Waiting> {
        askers.note(asker, &"worker".into(), by, by.first())
    }

    fn way(by: &[Address], asker: &Replier) -> Route {
        let asker = Address::from(asker.clone());
        by.iter().cloned().chain([asker]).collect()
    }

    /// Asks from this node, or from behind others.
    fn ask(askers: &mut Askers, by: &[Address]) -> Asked {
        let (asker, answer) = slot::<u64>(Duration::MAX);
        let forgotten = note(askers, &asker, by);
        drop(forgotten);
        (asker, answer)
    }

    /// Asks as often as there is room.
    fn fill(askers: &mut Askers, by: &[Address]) -> Vec<Asked> {
        let mut all = Vec::new();
        while askers.have_room(by.first()) {
            all.push(ask(askers, by));
        }
        all
    }

    #[test]
    fn those_that_wait_no_longer_are_forgotten() {
        let mut askers = Askers::default();
        let waiting: Vec<_> = (0..10).map(|_| ask(&mut askers, &[])).collect();
        for _ in 0..100 * FEW {
            drop(ask(&mut askers, &[]));
            assert!(askers.waiting.len() <= FEW);
        }
        for (asker, _) in &waiting {
            assert!(askers.take_one(&way(&[], asker)).is_some());
        }
    }

    #[test]
    fn who_asks_under_the_same_name_takes_the_place() {
        let mut askers = Askers::default();
        let (asker, _answer) = ask(&mut askers, &["link".into()]);
        assert_eq!(note(&mut askers, &asker, &[]).len(), 1);
        assert!(askers.shares.origins().is_empty());
        assert!(askers.take_one(&way(&[], &asker)).is_some());
        assert!(askers.waiting.is_empty());
    }

    #[test]
    fn only_the_way_back_of_a_question_leads_to_its_asker() {
        let mut askers = Askers::default();
        let [link, relay] = ["link", "relay"].map(Address::from);
        let by = [link.clone(), relay.clone()];
        let (asker, _answer) = ask(&mut askers, &by);
        let turned = [relay, link];
        for other in [&[][..], &turned[..1], &turned] {
            assert!(askers.take_one(&way(other, &asker)).is_none(), "{other:?}");
        }
        assert!(askers.take_one(&way(&by, &asker)).is_some());
        assert!(askers.take_one(&way(&by, &asker)).is_none());
    }

    #[test]
    fn they_end_in_the_order_in_which_they_have_asked() {
        let mut askers = Askers::default();
        let sent: Vec<_> = (0..50).map(|_| ask(&mut askers, &[])).collect();
        askers.note_sent();
        let queued: Vec<_> = (0..50).map(|_| ask(&mut askers, &[])).collect();
        let addresses =
            |ended: Vec<Waiting>| -> Vec<_> { ended.iter().map(Waiting::address).collect() };
        let asked = |askers: &[Asked]| -> Vec<_> {
            let askers = askers.iter();
            askers
                .map(|(asker, _)| Address::from(asker.clone()))
                .collect()
        };
        assert_eq!(addresses(askers.take_answerable()), asked(&sent));
        assert_eq!(addresses(askers.take_answerable()), []);
        assert_eq!(addresses(askers.take_queued()), asked(&queued));
        assert!(askers.waiting.is_empty());
    }

    #[test]
    fn one_origin_leaves_room_for_the_questions_of_others() {
        let mut askers = Askers::default();
        let [greedy, other] = ["greedy", "other"].map(Address::from);
        let _greedy = fill(&mut askers, &[greedy]);
        for by in [&[][..], &[other]] {
            let asked: Vec<_> = (0..1_000)
                .filter(|_| askers.have_room(by.first()))
                .collect();
            assert_eq!(asked.len(), 1_000, "{by:?}");
        }
    }

    #[test]
    fn a_question_takes_as_much_as_its_way_back_is_long() {
        let mut askers = Askers::default();
        let hop = |number: usize| Address::from(format!("{number:01000}"));
        let by: Vec<_> = (0..63).map(hop).collect();
        let asked = fill(&mut askers, &by);
        assert!((200..=270).contains(&asked.len()), "{}", asked.len());
        let few = asked.len();
        askers.take_queued();
        let asked = fill(&mut askers, &[]);
        assert!(asked.len() > 100 * few, "{}", asked.len());
        let taken: Vec<_> = askers.take_queued();
        assert_eq!(taken.len(), asked.len());
        assert!(askers.have_room(None));
    }

    #[tokio::test(start_paused = true)]
    async fn the_places_of_connections_that_are_gone_are_free_again() {
        let mut askers = Askers::default();
        let [gone, there] = ["gone", "there"].map(Address::from);
        let asked = fill(&mut askers, std::slice::from_ref(&gone));
        let _there = ask(&mut askers, &[there]);
        let found = askers.look().map(|origins| origins.len());
        assert_eq!(found, Some(2));
        let dead = ByAddress::from_iter([(gone.clone(), ())]);
        assert_eq!(askers.take_ended(&dead).len(), asked.len());
        assert!(askers.have_room(Some(&gone)));
        assert_eq!(askers.shares.origins().len(), 1);

        // Whoever asks again and again does not make it look each time.
        assert!(askers.look().is_none());
        tokio::time::advance(PAUSE).await;
        assert!(askers.look().is_some());
    }
}
