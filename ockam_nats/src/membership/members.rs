use std::collections::BTreeMap;
use std::sync::Mutex;

use super::card::{Card, Serving};
use super::limits::SILENCE;
use super::member::NatsNode;
use crate::clock::Instant;
use crate::lock::lock;

/// How many nodes are remembered. Those that have left make room for others; if all are there, others are left out.
const MAX_MEMBERS: usize = 1024;

/// The nodes that this one has heard of, itself among them.
#[derive(Default)]
pub(crate) struct Members(Mutex<BTreeMap<String, Member>>);

struct Member {
    card: Card,
    heard: Instant,
    /// How many messages this node has sent to each of its groups since the card came.
    sent: BTreeMap<String, u32>,
}

/// A node that serves a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Server {
    pub(crate) node: String,
    pub(crate) serving: Serving,
}

impl Member {
    fn is_reachable(&self) -> bool {
        !self.card.has_left && self.heard.elapsed() < SILENCE
    }
}

impl Members {
    /// Takes in a card. One of an incarnation that is over changes nothing. Returns `false` if there is no room.
    pub(crate) fn hear(&self, card: Card) -> bool {
        let mut members = lock(&self.0);
        if let Some(member) = members.get(&card.name) {
            let is_over = member.card.has_left && card.incarnation == member.card.incarnation;
            if card.incarnation < member.card.incarnation || is_over {
                return true;
            }
        } else if members.len() >= MAX_MEMBERS {
            let left = members.iter().find(|(_, member)| member.card.has_left);
            let Some(left) = left.map(|(name, _)| name.clone()) else {
                return false;
            };
            members.remove(&left);
        }
        let heard = Instant::now();
        let (name, sent) = (card.name.clone(), BTreeMap::new());
        members.insert(name, Member { card, heard, sent });
        true
    }

    /// Tells whether the last incarnation of a node has said goodbye.
    pub(crate) fn has_left(&self, node: &str) -> bool {
        let members = lock(&self.0);
        members.get(node).is_some_and(|member| member.card.has_left)
    }

    /// Returns the nodes that have not left, in the order of their names.
    pub(crate) fn nodes(&self) -> Vec<NatsNode> {
        let members = lock(&self.0);
        let there = members.values().filter(|member| !member.card.has_left);
        there.map(|member| member.shown()).collect()
    }

    /// Returns the nodes that can be reached and have exposed an address, in the order of their names.
    pub(crate) fn with_worker(&self, address: &str) -> Vec<String> {
        let members = lock(&self.0);
        let there = members.values().filter(|member| member.is_reachable());
        let there = there.filter(|member| member.card.exposed.iter().any(|it| it == address));
        there.map(|member| member.card.name.clone()).collect()
    }

    /// Returns the nodes that can be reached and serve a group, those that have least to do first. Of those with as
    /// much to do, one after the other comes first.
    pub(crate) fn serving(&self, group: &str, turn: usize) -> Vec<Server> {
        let members = lock(&self.0);
        let mut servers = Vec::new();
        for member in members.values().filter(|member| member.is_reachable()) {
            let Some(serving) = member.card.serving(group) else {
                continue;
            };
            let sent = member.sent.get(group).copied().unwrap_or(0);
            let server = Server {
                node: member.card.name.clone(),
                serving: serving.clone(),
            };
            servers.push((serving.load.saturating_add(sent), server));
        }
        let count = servers.len().max(1);
        servers.rotate_left(turn % count);
        servers.sort_by_key(|(load, _)| *load);
        servers.into_iter().map(|(_, server)| server).collect()
    }

    /// Notes that this node has sent a message to a group of a node.
    pub(crate) fn sent(&self, node: &str, group: &str) {
        let mut members = lock(&self.0);
        if let Some(member) = members.get_mut(node) {
            let sent = member.sent.entry(group.to_owned()).or_default();
            *sent = sent.saturating_add(1);
        }
    }
}

impl Member {
    fn shown(&self) -> NatsNode {
        let groups = self.card.serving.iter();
        NatsNode {
            name: self.card.name.clone(),
            incarnation: self.card.incarnation,
            is_reachable: self.is_reachable(),
            groups: groups.map(|serving| serving.group.clone()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::sleep;

    fn card(name: &str, incarnation: u64, load: u32) -> Card {
        let serving = Serving {
            group: "group".to_owned(),
            worker: "worker".to_owned(),
            load,
        };
        Card {
            serving: vec![serving],
            ..Card::new(name, incarnation)
        }
    }

    fn order(members: &Members, turn: usize) -> Vec<String> {
        let serving = members.serving("group", turn);
        serving.into_iter().map(|server| server.node).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn those_with_least_to_do_come_first_and_ties_take_turns() {
        let members = Members::default();
        for (name, load) in [("a", 0), ("b", 3), ("c", 0)] {
            members.hear(card(name, 1, load));
        }
        assert_eq!(order(&members, 0), ["a", "c", "b"]);
        assert_eq!(order(&members, 1), ["c", "a", "b"]);
        for _ in 0..4 {
            members.sent("a", "group");
        }
        assert_eq!(order(&members, 0), ["c", "b", "a"]);
        // A card tells what is there by then.
        members.hear(card("a", 1, 0));
        assert_eq!(order(&members, 0), ["a", "c", "b"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_is_silent_is_unreachable_and_not_gone() {
        let members = Members::default();
        members.hear(card("a", 1, 0));
        sleep(SILENCE).await;
        assert_eq!(order(&members, 0), [""; 0]);
        let nodes = members.nodes();
        assert!(nodes.len() == 1 && !nodes[0].is_reachable);
        members.hear(card("a", 1, 0));
        assert!(members.nodes()[0].is_reachable);
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_newer_incarnation_comes_back_behind_a_goodbye() {
        let members = Members::default();
        let goodbye = Card {
            has_left: true,
            ..card("a", 2, 0)
        };
        members.hear(goodbye);
        assert!(members.has_left("a") && members.nodes().is_empty());
        // Late, or of an older one.
        members.hear(card("a", 2, 0));
        members.hear(card("a", 1, 0));
        assert!(members.has_left("a"));
        members.hear(card("a", 3, 0));
        assert!(!members.has_left("a") && members.nodes()[0].incarnation == 3);
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_have_left_make_room_for_others() {
        let members = Members::default();
        for number in 0..MAX_MEMBERS {
            assert!(members.hear(card(&format!("n{number}"), 1, 0)));
        }
        assert!(!members.hear(card("one-more", 1, 0)));
        let goodbye = Card {
            has_left: true,
            ..card("n5", 1, 0)
        };
        assert!(members.hear(goodbye) && members.hear(card("one-more", 1, 0)));
        assert_eq!(members.nodes().len(), MAX_MEMBERS);
    }
}
