//! Looks at a type from the outside to the inside, one part after another.

use std::any::TypeId;
use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_core::de::DeserializeOwned;

use super::node::{Kind, Member, Node};
use super::pass::{Found, Label, Pass, Probe, Step, Task, Wanted};
use super::tables::ATTEMPTS;
use crate::stack::StackStart;

/// How many types may be in each other on the way to one that is looked at, as many as the values of a body.
const MAX_STEPS: usize = 128;

/// How many values a type may ask for in one look, such as the bytes of a large array. A type that asks for
/// more can't travel.
const MAX_CALLS: usize = 1 << 20;

/// Returns the types that are met in a message. The first one is the type of the message itself.
pub(super) fn explore<M: DeserializeOwned>() -> Vec<Node> {
    let mut explorer = Explorer {
        look: look_at::<M>,
        nodes: Vec::new(),
        known: HashMap::new(),
        unseen: VecDeque::new(),
        is_endless: false,
    };
    explorer.child(&[], "");
    while let Some((node, found, path)) = explorer.unseen.pop_front() {
        let members = explorer.members(&found, &path);
        explorer.nodes[node].set_members(members, found.count);
    }
    match explorer.is_endless {
        true => vec![Node::leaf(Kind::SelfDescribing)],
        false => explorer.nodes,
    }
}

/// Deserialises a type without data. This is a user's code.
fn look_at<M: DeserializeOwned>(path: &[Step], pass: &mut Pass<'_>) {
    let probe = Probe::new(pass, Task::Seek(path));
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(M::deserialize(probe)))) {
        // It may be a value whose `Drop` panics again. This leaks once for each type.
        mem::forget(panic);
    }
}

struct Explorer {
    look: fn(&[Step], &mut Pass<'_>),
    nodes: Vec<Node>,
    /// Where the types that were met before are. So a recursive type ends.
    known: HashMap<(Kind, &'static str, Option<TypeId>), usize>,
    /// The nodes without members yet, with the way to each.
    unseen: VecDeque<(usize, Found, Vec<Step>)>,
    /// Whether the type asks for too many values.
    is_endless: bool,
}

/// The result of a look.
struct Seen {
    found: Vec<Found>,
    is_complete: bool,
    recognised: Option<u64>,
}

impl Explorer {
    fn look(&mut self, path: &[Step], wanted: Wanted, attempt: usize) -> Seen {
        let mut calls_left = if self.is_endless { 0 } else { MAX_CALLS };
        let mut pass = Pass {
            wanted,
            attempt,
            start: StackStart::here(),
            calls_left: &mut calls_left,
            found: Vec::new(),
            is_complete: false,
            recognised: None,
        };
        (self.look)(path, &mut pass);
        let seen = Seen {
            found: pass.found,
            is_complete: pass.is_complete,
            recognised: pass.recognised,
        };
        self.is_endless |= calls_left == 0;
        seen
    }

    /// Returns the node to which a path leads, which is in a type that Rust calls `within`.
    fn child(&mut self, path: &[Step], within: &'static str) -> usize {
        let seen = self.look(path, Wanted::Itself, 0);
        let found = seen.found.first().copied();
        self.node(found.unwrap_or(unseen(within)), path)
    }

    /// Returns the node of what was found at a path.
    fn node(&mut self, found: Found, path: &[Step]) -> usize {
        let has_members = found.kind >= Kind::Option && found.kind != Kind::UnitStruct;
        let visitor = found.visitor.filter(|_| has_members);
        let next = self.nodes.len();
        let node = *self
            .known
            .entry((found.kind, found.name, visitor))
            .or_insert(next);
        if node == next {
            self.nodes.push(Node {
                name: found.name,
                ..Node::leaf(found.kind)
            });
            // No value is as deep as that.
            if has_members && path.len() < MAX_STEPS {
                self.unseen.push_back((node, found, path.to_vec()));
            }
        }
        node
    }

    /// Returns the parts of what was found at a path.
    fn members(&mut self, found: &Found, path: &[Step]) -> Vec<Member> {
        match found.kind {
            Kind::Option | Kind::NewtypeStruct => vec![self.only(found, path, Step::Inner)],
            Kind::List => {
                let (index, attempt) = (0, 0);
                vec![self.only(found, path, Step::Item { index, attempt })]
            }
            Kind::Map => vec![self.only(found, path, Step::Key), self.value(found, path)],
            Kind::Tuple | Kind::TupleStruct => self.elements(found, path),
            Kind::Struct => self.fields(found, path),
            Kind::Enum => self.variants(found, path),
            _ => Vec::new(),
        }
    }

    fn only(&mut self, within: &Found, path: &[Step], step: Step) -> Member {
        Member {
            names: Vec::new(),
            node: self.child(&then(path, step), within.rust_name),
        }
    }

    /// Returns the value of a map, whose key has to be made first.
    fn value(&mut self, map: &Found, path: &[Step]) -> Member {
        for attempt in 0..ATTEMPTS {
            let path = then(path, Step::Value { attempt });
            let seen = self.look(&path, Wanted::Itself, attempt);
            if let Some(&found) = seen.found.first() {
                let node = self.node(found, &path);
                return Member {
                    names: Vec::new(),
                    node,
                };
            }
        }
        self.only(map, path, Step::Value { attempt: 0 })
    }

    /// Looks at what is read as a sequence, with the values by which most is seen.
    fn sequence(&mut self, most: usize, path: &[Step]) -> (Seen, usize) {
        let mut best = (self.look(path, Wanted::ItsMembers, 0), 0);
        for attempt in 1..ATTEMPTS {
            if best.0.is_complete || best.0.found.len() == most {
                break;
            }
            let seen = self.look(path, Wanted::ItsMembers, attempt);
            if seen.is_complete || seen.found.len() > best.0.found.len() {
                best = (seen, attempt);
            }
        }
        best
    }

    /// Returns the elements of a tuple. Behind one that accepts none of the values, nothing is seen.
    fn elements(&mut self, tuple: &Found, path: &[Step]) -> Vec<Member> {
        let (mut seen, attempt) = self.sequence(tuple.count, path);
        if seen.found.len() < tuple.count {
            // It stands for all that follow. The compiler's name of a tuple tells the types of its elements,
            // that of a struct doesn't: two of one name could not be told apart.
            seen.found.push(match tuple.kind {
                Kind::Tuple => unseen(tuple.rust_name),
                _ => Found::new(Kind::SelfDescribing),
            });
        }
        let elements = seen.found.into_iter().enumerate();
        let elements = elements.map(|(index, found)| Member {
            names: Vec::new(),
            node: self.node(found, &then(path, Step::Item { index, attempt })),
        });
        elements.collect()
    }

    /// Returns the fields of a struct. Those behind one that accepts none of the values are asked for by
    /// themselves.
    fn fields(&mut self, found: &Found, path: &[Step]) -> Vec<Member> {
        let (names, rust_name) = (found.names, found.rust_name);
        let (seen, attempt) = self.sequence(names.len(), path);
        let mut nodes = Vec::new();
        for (index, &found) in seen.found.iter().enumerate() {
            let path = then(path, Step::Item { index, attempt });
            nodes.push(self.node(found, &path));
        }
        let is_readable = seen.is_complete || !nodes.is_empty();
        if !is_readable && !names.is_empty() {
            // It can be read by names only.
            nodes.push(self.node(Found::new(Kind::SelfDescribing), path));
        }
        let is_complete = seen.is_complete || !is_readable;
        let knows_names = !is_complete && self.recognises(path, Step::Field(Label::Index(0)));
        while !is_complete && nodes.len() < names.len() {
            let path = then(path, Step::Field(Label::Index(nodes.len())));
            let seen = self.look(&path, Wanted::Itself, 0);
            if knows_names && seen.recognised.is_none() {
                break;
            }
            let found = seen.found.first().copied();
            nodes.push(self.node(found.unwrap_or(unseen(rust_name)), &path));
        }
        let labels = self.labels(names, nodes.len(), path, Step::Field);
        let members = labels.into_iter().zip(nodes);
        members
            .map(|(names, node)| Member { names, node })
            .collect()
    }

    fn recognises(&mut self, path: &[Step], step: Step) -> bool {
        let seen = self.look(&then(path, step), Wanted::Itself, 0);
        seen.recognised.is_some()
    }

    fn variants(&mut self, found: &Found, path: &[Step]) -> Vec<Member> {
        let mut nodes = Vec::new();
        let mut recognised = HashSet::new();
        for index in 0..found.names.len() {
            let path = then(path, Step::Variant(Label::Index(index)));
            let seen = self.look(&path, Wanted::Itself, 0);
            let Some(variant) = seen.recognised else {
                break;
            };
            if !recognised.insert(variant) && recognised.len() > 1 {
                // With `#[serde(other)]`, an index that is too large stands for the last variant.
                break;
            }
            let content = seen.found.first().copied();
            let content = content.unwrap_or(unseen(found.rust_name));
            nodes.push(self.node(content, &path));
        }
        let labels = self.labels(found.names, nodes.len(), path, Step::Variant);
        let members = labels.into_iter().zip(nodes);
        members
            .map(|(names, node)| Member { names, node })
            .collect()
    }

    /// Returns the names of each of the first members. If there are aliases, the type is asked for which
    /// member each name stands.
    fn labels(
        &mut self,
        names: &'static [&'static str],
        members: usize,
        path: &[Step],
        step: fn(Label) -> Step,
    ) -> Vec<Vec<&'static str>> {
        if names.len() == members {
            return names.iter().map(|&name| vec![name]).collect();
        }
        let mut recognise = |label| {
            let seen = self.look(&then(path, step(label)), Wanted::Itself, 0);
            seen.recognised
        };
        let named: Vec<_> = names
            .iter()
            .map(|&name| (name, recognise(Label::Name(name))))
            .collect();
        let labels = (0..members).map(|index| {
            let member = recognise(Label::Index(index));
            let same = named.iter().filter(|(_, named)| *named == member);
            same.map(|&(name, _)| name).collect()
        });
        labels.collect()
    }
}

/// What is not seen of a type counts by what Rust calls the type, which is one name for both nodes if they
/// have the type from one crate.
fn unseen(within: &'static str) -> Found {
    Found {
        name: within,
        ..Found::new(Kind::Unknown)
    }
}

fn then(path: &[Step], step: Step) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(step);
    path
}
