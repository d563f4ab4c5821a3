use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, Weak};

use ockam_core::{Address, Error, ErrorKind};
use ockam_node::transport::Credits;

use super::coming::{Coming, To};
use super::going::Going;
use super::reader::{Growth, Reader};
use super::window::{Left, Window};
use crate::lock::lock;
use crate::quota::Share;
use crate::quotas::Quotas;
use crate::random::HashSeed;

/// How many answers may go on at once, in each direction.
const MAX_ANSWERS: usize = 16 * 1024;

/// About how many bytes an answer takes beside its parts: a place in a map, a task and a queue.
const ANSWER_BYTES: usize = 2 * 1024;

/// How many bytes of parts may come that are not read, up to the last part. Then the answer whose part comes next
/// is given up.
const MAX_UNREAD_BYTES: usize = 64 * 1024 * 1024;

/// The answers that go on over a connection, by the addresses of their askers.
pub(in crate::connection) struct Streams {
    state: Mutex<State>,
    /// The bytes of parts that are not read, of those that wait on all connections.
    unread: Arc<Mutex<Share>>,
    growth: Arc<Growth>,
}

struct State {
    coming: HashMap<Address, Coming, HashSeed>,
    going: HashMap<Address, Arc<Going>, HashSeed>,
    /// What the answers take of the accounts of all connections.
    share: Share,
}

impl Streams {
    pub(in crate::connection) fn new(quotas: &Quotas) -> Self {
        Self {
            state: Mutex::new(State {
                coming: HashMap::default(),
                going: HashMap::default(),
                share: quotas.accounts.small_share(),
            }),
            unread: Arc::new(Mutex::new(quotas.waiting.share())),
            growth: Arc::default(),
        }
    }

    /// Begins an answer whose parts go to the peer. They come from this node, or by another connection.
    ///
    /// # Errors
    ///
    /// `MailboxFull` if there are too many.
    pub(in crate::connection) fn begin_going(
        &self,
        asker: &Address,
        from: Option<Weak<dyn Credits>>,
    ) -> Result<Arc<Going>, Error> {
        let going = Arc::new(Going::new(from));
        let mut state = lock(&self.state);
        state.check_room(state.going.len())?;
        let before = state.going.insert(asker.clone(), going.clone());
        state.count();
        drop(state);
        if let Some(before) = before {
            before.cancel(asker);
        }
        Ok(going)
    }

    pub(in crate::connection) fn end_going(&self, asker: &Address) -> Option<Arc<Going>> {
        let mut state = lock(&self.state);
        let ended = state.going.remove(asker);
        state.count();
        ended
    }

    /// Ends an answer unless another one has taken its place.
    pub(in crate::connection) fn end_this(&self, asker: &Address, going: &Arc<Going>) {
        let mut state = lock(&self.state);
        if state
            .going
            .get(asker)
            .is_some_and(|it| Arc::ptr_eq(it, going))
        {
            state.going.remove(asker);
            state.count();
        }
    }

    pub(in crate::connection) fn going(&self, asker: &Address) -> Option<Arc<Going>> {
        lock(&self.state).going.get(asker).cloned()
    }

    /// Creates a reader of the next answer whose parts come from the peer.
    pub(in crate::connection) fn reader(
        &self,
        asker: &Address,
        connection: Weak<dyn Credits>,
    ) -> Reader {
        let window = Window::beside(lock(&self.state).coming.len());
        let (unread, growth) = (self.unread.clone(), self.growth.clone());
        Reader::new(asker.clone(), window, connection, unread, growth)
    }

    /// Begins an answer whose parts come from the peer. Returns one whose place it takes.
    ///
    /// # Errors
    ///
    /// `MailboxFull` if there are too many.
    pub(in crate::connection) fn begin_coming(
        &self,
        asker: &Address,
        to: To,
    ) -> Result<Option<To>, Error> {
        let coming = Coming {
            to,
            left: Left::default(),
            parts: 0,
        };
        let mut state = lock(&self.state);
        state.check_room(state.coming.len())?;
        let before = state.coming.insert(asker.clone(), coming);
        state.count();
        Ok(before.map(|coming| coming.to))
    }

    /// Counts credit that the peer is granted. Tells whether the answer goes on.
    pub(in crate::connection) fn grant_coming(&self, asker: &Address, granted: Window) -> bool {
        let mut state = lock(&self.state);
        let coming = state.coming.get_mut(asker);
        coming.map(|coming| coming.left.add(granted)).is_some()
    }

    /// Tells whether the parts of an answer go on by another connection.
    pub(in crate::connection) fn is_relay(&self, asker: &Address) -> bool {
        let state = lock(&self.state);
        let coming = state.coming.get(asker);
        coming.is_some_and(|coming| matches!(coming.to, To::Relay(_)))
    }

    /// Counts parts that come, by the bytes of their bodies. Returns where they go, or `None` if nobody waits for them
    /// any more.
    ///
    /// # Errors
    ///
    /// If they are not the next parts, or there is no credit for them.
    pub(in crate::connection) fn come(
        &self,
        asker: &Address,
        number: u64,
        bodies: impl IntoIterator<Item = usize>,
    ) -> Result<Option<To>, Error> {
        let mut state = lock(&self.state);
        let Some(coming) = state.coming.get_mut(asker) else {
            return Ok(None);
        };
        if number != coming.parts + 1 {
            let why = format!("part {number} came behind part {}", coming.parts);
            return Err(Error::new(ErrorKind::Other, why));
        }
        let mut bytes = 0;
        for body in bodies {
            if !coming.left.spend(body) {
                let why = "there was more than the asker had room for";
                return Err(Error::new(ErrorKind::Other, why));
            }
            coming.parts += 1;
            bytes += body;
        }
        let to = coming.to.clone();
        drop(state);
        if let To::Reader(reader, _) = &to {
            let mut unread = lock(&self.unread);
            if unread.bytes() >= MAX_UNREAD_BYTES || unread.is_too_much() {
                let why = "too many bytes of answers have come that are not read";
                return Err(Error::new(ErrorKind::MailboxFull, why));
            }
            unread.add(bytes);
            drop(unread);
            reader.come(bytes);
        }
        Ok(Some(to))
    }

    /// Ends an answer whose parts come from the peer. Returns where they went, and how many there were.
    pub(in crate::connection) fn end_coming(&self, asker: &Address) -> Option<(To, u64)> {
        let mut state = lock(&self.state);
        let ended = state.coming.remove(asker);
        state.count();
        ended.map(|coming| (coming.to, coming.parts))
    }

    /// Ends all answers. Those that go to the peer are cancelled. Returns where the others went.
    pub(in crate::connection) fn end_all(&self) -> Vec<(Address, To)> {
        let mut state = lock(&self.state);
        let (coming, going) = (mem::take(&mut state.coming), mem::take(&mut state.going));
        state.count();
        drop(state);
        going.iter().for_each(|(asker, going)| going.cancel(asker));
        let coming = coming.into_iter().map(|(asker, coming)| (asker, coming.to));
        coming.collect()
    }
}

impl State {
    fn check_room(&self, answers: usize) -> Result<(), Error> {
        if answers < MAX_ANSWERS && !self.share.is_too_much() {
            return Ok(());
        }
        let why = "too many answers go on over this connection";
        Err(Error::new(ErrorKind::MailboxFull, why))
    }

    fn count(&mut self) {
        self.share
            .set((self.coming.len() + self.going.len()) * ANSWER_BYTES);
    }
}

#[cfg(test)]
mod tests {
    use ockam_body::BodyType;
    use ockam_core::parts::{PartSink, Upstream};

    use super::*;
    use crate::settings::TransportSettings;

    struct Nowhere;

    impl PartSink for Nowhere {
        fn push_all(&self, _: &[&[u8]], _: BodyType<'_>) -> Result<(), Error> {
            Ok(())
        }

        fn end(&self, _: Result<(), Error>) {}
    }

    impl Credits for Nowhere {
        fn grant(&self, _: &Address, _: u32, _: u64) {}

        fn cancel(&self, _: &Address) {}
    }

    fn streams() -> Streams {
        Streams::new(&Quotas::new(&TransportSettings::new()))
    }

    #[test]
    fn answers_are_bounded_and_their_places_given_back() {
        let streams = streams();
        let name = |number: usize| Address::from(format!("asker-{number}"));
        for number in 0..MAX_ANSWERS {
            assert!(streams.begin_going(&name(number), None).is_ok());
        }
        let refused = streams.begin_going(&name(MAX_ANSWERS), None).err();
        assert_eq!(
            refused.map(|error| error.kind()),
            Some(ErrorKind::MailboxFull)
        );
        assert!(streams.end_going(&name(7)).is_some());
        assert!(streams.begin_going(&name(MAX_ANSWERS), None).is_ok());
        assert!(streams.end_all().is_empty());
        assert_eq!(lock(&streams.state).share.bytes(), 0);
    }

    #[test]
    fn parts_that_are_not_read_are_bounded_over_all_answers() {
        const PART: usize = 1024 * 1024;
        let streams = streams();
        let nowhere = Arc::new(Nowhere);
        let (mut readers, mut come) = (Vec::new(), 0);
        let refused = loop {
            let asker = Address::from(format!("asker-{}", readers.len()));
            let connection: Weak<dyn Credits> = Arc::downgrade(&nowhere) as Weak<Nowhere>;
            let reader = Arc::new(streams.reader(&asker, connection));
            let to = To::Reader(reader.clone(), nowhere.clone());
            assert!(streams.begin_coming(&asker, to).is_ok());
            assert!(streams.grant_coming(&asker, reader.window()));
            readers.push(reader);
            // One part may exceed the credit.
            match streams.come(&asker, 1, [PART]) {
                Ok(_) => come += PART,
                Err(error) => break error,
            }
            assert!(
                streams.come(&asker, 2, [PART]).is_err(),
                "there is no credit"
            );
        };
        assert_eq!(refused.kind(), ErrorKind::MailboxFull);
        assert_eq!(come, MAX_UNREAD_BYTES);
        readers[0].taken(1, PART, false);
        assert_eq!(lock(&streams.unread).bytes(), come - PART);
        drop(streams.end_all());
        let unread = streams.unread.clone();
        drop(readers);
        assert_eq!(lock(&unread).bytes(), 0);
    }
}
