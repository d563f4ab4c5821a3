//! Makes one node of those that can't be told apart, and numbers the nodes as they are met.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use super::node::{Member, Node};

/// Returns the same types with one node for each shape, in an order that depends on the shape alone.
pub(super) fn unify(nodes: &[Node]) -> Vec<Node> {
    let classes = classes(nodes);
    let mut order = vec![0];
    let mut numbers = HashMap::from([(classes[0], 0)]);
    let mut unseen = VecDeque::from([0]);
    while let Some(node) = unseen.pop_front() {
        for member in &nodes[node].members {
            let next = order.len();
            if *numbers.entry(classes[member.node]).or_insert(next) == next {
                order.push(member.node);
                unseen.push_back(member.node);
            }
        }
    }
    let renumbered = |member: &Member| Member {
        names: member.names.clone(),
        node: numbers[&classes[member.node]],
    };
    let unified = order.into_iter().map(|node| Node {
        members: nodes[node].members.iter().map(renumbered).collect(),
        ..nodes[node].clone()
    });
    unified.collect()
}

/// Puts each node into a class. Two nodes are in one class if they look alike, and their members are in one
/// class: first by their looks alone, then again and again by the classes of their members, until no
/// class falls apart any more.
fn classes(nodes: &[Node]) -> Vec<usize> {
    let looks = nodes.iter().map(|node| {
        let names: Vec<_> = node.members.iter().map(|member| &member.names).collect();
        (node.kind, node.name, node.count, names)
    });
    let mut classes = numbered(looks);
    loop {
        let members = nodes.iter().zip(&classes).map(|(node, &class)| {
            let members = node.members.iter().map(|member| classes[member.node]);
            (class, members.collect::<Vec<_>>())
        });
        let finer = numbered(members);
        if finer == classes {
            return classes;
        }
        classes = finer;
    }
}

/// Numbers values in the order in which they first come.
fn numbered<T: Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let mut numbers = HashMap::new();
    let number = |value| {
        let next = numbers.len();
        *numbers.entry(value).or_insert(next)
    };
    values.map(number).collect()
}
