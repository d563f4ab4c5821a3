use std::collections::BinaryHeap;

use ockam_core::{Address, Route};

use super::address_bytes::address_bytes;
use super::address_map::AddressMap;
use super::counts::Counts;
use super::in_flight_group::Hop;
use crate::quota::Share;

/// How many messages may come back by each return route of a message that was no question, and from where.
///
/// Others may send by the same connection: whoever is behind the peer. So a message comes back from the
/// hop that the other one went to: the worker of the peer, or the connection of the peer that leads on. A
/// worker of the peer may also have another one there answer in its place.
///
/// Most paths are never used. So when they take too much memory, those of the origins that hold the
/// most are forgotten. An origin is the first address of a path: the connection or the worker that the
/// messages came from.
pub(super) struct ReturnPaths {
    counts: Counts<Path>,
    /// About how many bytes the paths take, of the accounts of all connections.
    share: Share,
    /// How many bytes they may take before it is time to forget some.
    next_removal_bytes: usize,
}

/// A way back, and who may use it.
#[derive(PartialEq, Eq, Hash, Debug)]
struct Path {
    back: Route,
    from: From,
}

/// Where a message has to come from. Each message that was sent is counted by its hop, and as one to the
/// peer or beyond it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum From {
    /// A worker of the peer.
    Peer,
    /// Beyond the peer.
    Beyond,
    /// This hop.
    Hop(Address),
}

/// About how many bytes a path takes beside its addresses.
const OVERHEAD_BYTES: usize = 64;

/// How many bytes of paths there are at least before any are forgotten.
const MIN_BYTES: usize = 128 * 1024;

/// How many bytes of paths there are at most.
const MAX_BYTES: usize = 4 * 1024 * 1024;

impl ReturnPaths {
    pub(super) fn new(share: Share) -> Self {
        Self {
            counts: Counts::default(),
            share,
            next_removal_bytes: 0,
        }
    }

    /// Notes messages that are given to the stream, go to a hop and have this return route.
    pub(super) fn note(&mut self, back: &Route, hop: &Hop, messages: u64) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        let all = match hop.is_last {
            true => From::Peer,
            false => From::Beyond,
        };
        for from in [all, From::Hop(hop.to.clone())] {
            let back = back.clone();
            self.add(Path { back, from }, messages);
        }
    }

    fn add(&mut self, path: Path, messages: u32) {
        match self.counts.get_mut(&path) {
            Some(count) => *count = count.saturating_add(messages),
            None => self.begin(path, messages),
        }
    }

    #[cold]
    fn begin(&mut self, path: Path, messages: u32) {
        let is_too_much = self.share.bytes() >= self.next_removal_bytes.max(MIN_BYTES);
        if is_too_much || self.share.is_too_much() {
            self.make_room();
        }
        self.share.add(path.bytes());
        self.counts.insert(path, messages);
    }

    /// Tells whether a message may come back by this path through a node of upstream. A worker there that forwards
    /// does not have to stand on the way back, so a message may come from another hop than the one that was sent to.
    pub(super) fn admit_by_upstream(&mut self, back: &Route, return_route: &Route) -> bool {
        self.admit(back, return_route) || self.take(back, From::Beyond)
    }

    /// Tells whether a message from the end of `return_route` may come back by this path. Each message that
    /// was sent admits one.
    pub(super) fn admit(&mut self, back: &Route, return_route: &Route) -> bool {
        let hop = return_route.first().map(|hop| From::Hop(hop.clone()));
        // What comes from further away has more addresses on its way.
        let is_of_peer = return_route.len() <= 1;
        if is_of_peer && self.take(back, From::Peer) {
            // It may be another worker than the one that was sent to.
            hop.map(|hop| self.take(back, hop));
            return true;
        }
        let Some(hop) = hop.filter(|hop| self.count(back, hop.clone()) > 0) else {
            return false;
        };
        // A hop that another worker has answered for is still counted, but nothing is owed to it any more.
        let is_owed = self.take(back, From::Beyond) || self.take(back, From::Peer);
        is_owed && self.take(back, hop)
    }

    /// Tells whether the report of a failure may come back by this path. It doesn't say where it comes from:
    /// the peer has checked that, as this node does before it passes one on.
    pub(super) fn admit_report(&mut self, back: &Route) -> bool {
        self.take(back, From::Peer) || self.take(back, From::Beyond)
    }

    fn count(&mut self, back: &Route, from: From) -> u32 {
        let back = back.clone();
        let count = self.counts.get_mut(&Path { back, from });
        count.map_or(0, |count| *count)
    }

    fn take(&mut self, back: &Route, from: From) -> bool {
        let back = back.clone();
        match self.counts.get_mut(&Path { back, from }) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Forgets the paths that have been used up, and others until at most half of [`MAX_BYTES`] is left.
    fn make_room(&mut self) {
        self.counts.retain(|_, count| count > 0);
        let mut held = self.held();
        // When the accounts of all connections take too much, this one gives back what it can.
        let most = match self.share.is_too_much() {
            true => MIN_BYTES / 2,
            false => MAX_BYTES / 2,
        };
        if held.values().sum::<usize>() > most {
            let limit = fair_limit(held.into_values().collect(), most);
            held = AddressMap::default();
            self.counts.retain(|path, _| {
                let held = held.entry(path.origin()).or_default();
                add_up_to(limit, held, path.bytes())
            });
        }
        self.share.set(held.values().sum());
        self.next_removal_bytes = 2 * self.share.bytes();
    }

    /// Returns how many bytes each origin holds.
    fn held(&self) -> AddressMap<usize> {
        let mut held = AddressMap::default();
        for path in self.counts.keys() {
            *held.entry(path.origin()).or_default() += path.bytes();
        }
        held
    }
}

impl Path {
    fn origin(&self) -> Address {
        let first = self.back.first();
        first.expect("no empty path is noted").clone()
    }

    fn bytes(&self) -> usize {
        let hop = match &self.from {
            From::Hop(hop) => Some(hop),
            From::Peer | From::Beyond => None,
        };
        OVERHEAD_BYTES + address_bytes(self.back.iter().chain(hop))
    }
}

/// Adds to a number unless it would exceed a limit. Tells whether it was added.
fn add_up_to(limit: usize, number: &mut usize, more: usize) -> bool {
    let fits = *number + more <= limit;
    if fits {
        *number += more;
    }
    fits
}

/// Returns how much each may keep so that all together keep at most the whole. Those that hold less
/// than that keep everything.
fn fair_limit(held: BinaryHeap<usize>, whole: usize) -> usize {
    let held = held.into_sorted_vec();
    let mut left = whole;
    for (place, one) in held.iter().enumerate() {
        let each = left / (held.len() - place);
        if *one > each {
            return each;
        }
        left -= one;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;
    use crate::quota::Quota;

    fn return_paths() -> ReturnPaths {
        ReturnPaths::new(Quota::new(usize::MAX).share())
    }

    fn to(address: &str, is_last: bool) -> Hop {
        let to = address.into();
        Hop { to, is_last }
    }

    fn note_one(paths: &mut ReturnPaths, back: &Route) {
        paths.note(back, &to("worker", true), 1);
    }

    fn admits(paths: &mut ReturnPaths, back: &Route) -> bool {
        paths.admit(back, &route!["worker"])
    }

    #[test]
    fn an_answer_comes_from_the_hop_that_the_message_went_to() {
        let back = route!["app"];
        for (hop, from, is_admitted) in [
            (to("worker", true), route!["worker"], true),
            (to("worker", true), route!["another"], true),
            (to("worker", true), route![], true),
            (to("worker", true), route!["worker", "behind"], true),
            (to("worker", true), route!["tenant", "worker"], false),
            (to("link", false), route!["link", "worker"], true),
            (to("link", false), route!["link", "another"], true),
            (to("link", false), route!["tenant", "worker"], false),
            (to("link", false), route!["worker"], false),
            (to("link", false), route![], false),
        ] {
            let mut paths = return_paths();
            paths.note(&back, &hop, 1);
            assert_eq!(
                paths.admit(&back, &from),
                is_admitted,
                "{from} for {}",
                hop.to
            );
            assert_eq!(paths.admit_report(&back), !is_admitted, "once, {from}");
            assert!(!paths.admit(&back, &from) || !is_admitted);
        }
    }

    #[test]
    fn through_upstream_an_answer_comes_from_any_hop() {
        let back = route!["app"];
        for (hop, from, is_admitted) in [
            (to("forwarder", false), route!["forwarder", "worker"], true),
            (to("forwarder", false), route!["connection", "worker"], true),
            (to("forwarder", false), route![], true),
            (to("worker", true), route!["another"], true),
            (to("worker", true), route!["connection", "worker"], false),
        ] {
            let mut paths = return_paths();
            paths.note(&back, &hop, 1);
            let is = paths.admit_by_upstream(&back, &from);
            assert_eq!(is, is_admitted, "{from} for {}", hop.to);
            assert!(!is || !paths.admit_by_upstream(&back, &from), "once");
            assert!(!paths.admit_by_upstream(&route!["nobody"], &from));
        }
    }

    #[test]
    fn the_ways_of_several_hops_are_counted_apart() {
        let (mut paths, back) = (return_paths(), route!["app"]);
        paths.note(&back, &to("one", false), 1);
        paths.note(&back, &to("two", false), 2);
        assert!(paths.admit(&back, &route!["one", "x"]));
        assert!(!paths.admit(&back, &route!["one", "x"]));
        assert!(paths.admit(&back, &route!["two", "x"]));
        assert!(paths.admit(&back, &route!["two", "x"]));
        assert!(!paths.admit(&back, &route!["two", "x"]) && !paths.admit_report(&back));
    }

    #[test]
    fn a_message_that_another_worker_has_answered_is_answered() {
        for late in [route!["worker"], route!["worker", "behind"]] {
            let (mut paths, back) = (return_paths(), route!["app"]);
            paths.note(&back, &to("worker", true), 1);
            assert!(paths.admit(&back, &route!["another"]));
            assert!(!paths.admit(&back, &late), "a second time, by {late}");
            note_one(&mut paths, &back);
            assert!(paths.admit(&back, &late), "what was sent since, by {late}");
            assert!(!paths.admit(&back, &late) && !paths.admit_report(&back));
        }
    }

    /// Notes paths of workers behind a connection.
    fn note(paths: &mut ReturnPaths, connection: &str, count: usize, length: usize) {
        for number in 0..count {
            note_one(paths, &route![connection, format!("{number:0length$}")]);
        }
    }

    #[test]
    fn as_many_may_come_as_were_sent() {
        let mut paths = return_paths();
        for _ in 0..2 {
            note_one(&mut paths, &route!["one"]);
        }
        note_one(&mut paths, &route!["two"]);
        assert!(!admits(&mut paths, &route!["three"]));
        assert!(admits(&mut paths, &route!["one"]) && admits(&mut paths, &route!["one"]));
        assert!(!admits(&mut paths, &route!["one"]));
        assert!(admits(&mut paths, &route!["two"]));
    }

    #[test]
    fn used_up_paths_are_forgotten_first() {
        let mut paths = return_paths();
        note(&mut paths, "kept", 100, 1);
        for round in 0..100 {
            let connection = format!("used-{round}");
            note(&mut paths, &connection, 400, 1);
            for number in 0..400 {
                assert!(admits(
                    &mut paths,
                    &route![connection.as_str(), number.to_string()]
                ));
            }
            assert!(paths.share.bytes() <= 2 * MIN_BYTES);
        }
        assert!((0..100).all(|number| admits(&mut paths, &route!["kept", number.to_string()])));
    }

    #[test]
    fn long_paths_are_bounded_as_well() {
        let mut paths = return_paths();
        for round in 0..10 {
            note(&mut paths, &round.to_string(), 1_000, 1_000);
            let all = paths.counts.keys().map(Path::bytes).sum::<usize>();
            assert!(all <= MAX_BYTES + 3_000);
            assert_eq!(all, paths.share.bytes());
        }
        assert!(
            paths.share.bytes() >= MAX_BYTES / 2,
            "no more is forgotten than has to be"
        );
    }

    #[test]
    fn an_origin_with_many_paths_loses_its_own_and_not_those_of_others() {
        let mut paths = return_paths();
        note(&mut paths, "modest", 1_000, 1);
        note(&mut paths, "greedy", 100_000, 1);
        let admitted =
            (0..1_000).filter(|number| admits(&mut paths, &route!["modest", number.to_string()]));
        assert_eq!(admitted.count(), 1_000);
    }

    #[test]
    fn a_fair_limit_leaves_alone_what_is_below_it() {
        assert_eq!(fair_limit([1, 2, 3].into(), 6), usize::MAX);
        assert_eq!(fair_limit([1, 9, 9].into(), 11), 5);
        assert_eq!(fair_limit([9, 2, 9, 1].into(), 11), 4);
        assert_eq!(fair_limit([7].into(), 3), 3);
    }
}
