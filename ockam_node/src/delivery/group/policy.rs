use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use ockam_core::Message;

use crate::random::HashState;

/// Which members of a group get a message, and what happens at one whose mailbox is full.
///
/// # Examples
///
/// ```
/// use ockam_node::Delivery;
///
/// # let _: (Delivery<String>, Delivery<String>) = (
/// Delivery::all().or_skip(),
/// Delivery::by_key(|order: &String| order.len()),
/// # );
/// ```
#[must_use = "a delivery does nothing until a group is started with it"]
pub struct Delivery<M> {
    pub(super) policy: Policy<M>,
    pub(super) on_full: OnFull,
}

/// Which members get a message.
pub(super) enum Policy<M> {
    All(fn(&M) -> M),
    RoundRobin,
    LeastLoaded,
    ByKey(Arc<KeyOf<M>>),
}

/// Returns the hash of the key of a message. This is code of the user.
pub(super) type KeyOf<M> = dyn Fn(&M) -> u64 + Send + Sync;

/// What happens at a full mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OnFull {
    Wait,
    Skip,
    Dismiss,
}

impl<M> Delivery<M> {
    fn new(policy: Policy<M>) -> Self {
        Self {
            policy,
            on_full: OnFull::Wait,
        }
    }
}

impl<M: Message + Clone> Delivery<M> {
    /// Delivers a copy of each message to every member: publish and subscribe.
    ///
    /// A question is refused with `InvalidInput`, because it wants one answer. With [`or_wait`](Self::or_wait), a
    /// message is delivered when every member has room, and to none before.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::all();
    /// ```
    pub fn all() -> Self {
        Self::new(Policy::All(M::clone))
    }
}

impl<M: Message> Delivery<M> {
    /// Delivers each message to one member, in turn.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::round_robin();
    /// ```
    pub fn round_robin() -> Self {
        Self::new(Policy::RoundRobin)
    }

    /// Delivers each message to the member that has the fewest messages of this group, with the one that it is
    /// handling. Those that have equally many take turns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::least_loaded();
    /// ```
    pub fn least_loaded() -> Self {
        Self::new(Policy::LeastLoaded)
    }

    /// Delivers messages with the same key to the same member, as long as that one lives.
    ///
    /// Members that join get keys that nobody has had so far. The keys of a member that has ended go to others;
    /// while it ends, their messages wait. At most 16,384 keys are told apart: beyond that, keys share a member.
    ///
    /// The function is called for each message, and more than once for one that waits for room. If it panics, the
    /// message is refused with `Panicked`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::by_key(|account: &u64| *account);
    /// ```
    pub fn by_key<K: Hash>(key: impl Fn(&M) -> K + Send + Sync + 'static) -> Self {
        let state = HashState::default();
        Self::new(Policy::ByKey(Arc::new(move |message| {
            state.hash_one(key(message))
        })))
    }

    /// Waits for room at a full mailbox, until the deadline of a send. This is the default.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::all().or_wait();
    /// ```
    pub fn or_wait(mut self) -> Self {
        self.on_full = OnFull::Wait;
        self
    }

    /// Passes over members whose mailboxes are full, and [counts](crate::GroupHandle::skipped) how often.
    ///
    /// If one member is to get the message, it goes to the next one that has room. If there is none, or only the
    /// member of its key may have it, it is refused with `MailboxFull`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::all().or_skip();
    /// ```
    pub fn or_skip(mut self) -> Self {
        self.on_full = OnFull::Skip;
        self
    }

    /// Lets members leave the group when a message comes and their mailboxes are full. One that the group has
    /// started is told to stop.
    ///
    /// If one member is to get the message, it goes to another one. The keys of the one that leaves go to others
    /// at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::Delivery;
    /// # let _ =
    /// Delivery::<String>::all().or_dismiss();
    /// ```
    pub fn or_dismiss(mut self) -> Self {
        self.on_full = OnFull::Dismiss;
        self
    }
}

impl<M> Clone for Delivery<M> {
    fn clone(&self) -> Self {
        Self {
            policy: match &self.policy {
                Policy::All(copy) => Policy::All(*copy),
                Policy::RoundRobin => Policy::RoundRobin,
                Policy::LeastLoaded => Policy::LeastLoaded,
                Policy::ByKey(key) => Policy::ByKey(key.clone()),
            },
            on_full: self.on_full,
        }
    }
}

impl<M> fmt::Debug for Delivery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = match &self.policy {
            Policy::All(_) => "all",
            Policy::RoundRobin => "round robin",
            Policy::LeastLoaded => "least loaded",
            Policy::ByKey(_) => "by key",
        };
        f.debug_struct("Delivery")
            .field("policy", &policy)
            .field("on_full", &self.on_full)
            .finish()
    }
}
