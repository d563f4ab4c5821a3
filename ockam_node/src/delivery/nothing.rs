//! The error of a message to an address of this node where nothing is, and what may have been meant.

use std::sync::atomic::{AtomicU32, Ordering};

use ockam_core::{Address, Error, ErrorKind, Route};

use super::node_name::{NodeName, NodeNumber};
use super::registration::Role;
use super::registry::Registry;

/// How many errors of a node look for what was meant. Typos are made early, and the search takes time.
const MAX_SEARCHES: u32 = 64;

/// How many addresses of the node a search looks at.
const MAX_ADDRESSES: usize = 1_024;

/// The bytes of an address that a search compares.
const MAX_BYTES: usize = 64;

/// What a node says of addresses where nothing is.
pub(super) struct Nothing {
    name: NodeName,
    searches: Searches,
}

impl Nothing {
    /// Creates it for the node with a number, and the name that errors show.
    pub(super) fn new(node: u64, name: Option<&str>) -> Self {
        Self {
            name: NodeName::new(node, name),
            searches: Searches::default(),
        }
    }

    /// Returns the number of the node.
    pub(super) fn node(&self) -> NodeNumber {
        self.name.number()
    }

    /// Creates the error of a message to an address where nothing is.
    #[cold]
    pub(super) fn at(&self, address: &Address) -> Error {
        let why = format!("nothing is at {address}{}", self.node());
        Error::new(ErrorKind::UnknownAddress, why)
    }

    /// Creates the error of a call of this node for an address where nothing is. It says what may have been meant.
    #[cold]
    pub(super) fn found_at(&self, address: &Address, registry: &Registry) -> Error {
        let is_searched = self.searches.begin();
        let Some(hint) = is_searched.then(|| meant(address, registry)).flatten() else {
            return self.at(address);
        };
        let why = format!("nothing is at {address}{}: {hint}", self.node());
        Error::new(ErrorKind::UnknownAddress, why)
    }

    /// Adds to an error of a message of this node what may have been meant, if nothing is at the address.
    #[cold]
    pub(super) fn explain(&self, error: Error, address: &Address, registry: &Registry) -> Error {
        match error.kind() {
            ErrorKind::UnknownAddress if address.is_local() => self.found_at(address, registry),
            _ => error,
        }
    }
}

/// Counts the searches of a node.
#[derive(Default)]
struct Searches(AtomicU32);

impl Searches {
    fn begin(&self) -> bool {
        let begun = self.0.load(Ordering::Relaxed);
        // No more are counted than there may be, so that the number doesn't overflow.
        begun < MAX_SEARCHES && self.0.fetch_add(1, Ordering::Relaxed) < MAX_SEARCHES
    }
}

fn meant(address: &Address, registry: &Registry) -> Option<String> {
    let name = comparable(address)?;
    match text_of_another_kind(name) {
        Some(kind) => Some(format!(
            "a text is the name of a worker on this node; `{name:?}.parse::<{kind}>()` reads it"
        )),
        None => nearest(name, registry).map(|nearest| format!("did you mean {nearest}?")),
    }
}

/// Returns the name of a local address, if it is short and a text.
fn comparable(address: &Address) -> Option<&str> {
    let name = std::str::from_utf8(address.value()).ok()?;
    (address.is_local() && name.len() <= MAX_BYTES).then_some(name)
}

/// Returns the type of which the text is the text form.
fn text_of_another_kind(text: &str) -> Option<&'static str> {
    let (transport, _) = text.split_once('#')?;
    transport.parse::<u8>().ok()?;
    match (text.parse::<Address>(), text.parse::<Route>()) {
        (_, Ok(route)) if route.len() > 1 => Some("Route"),
        (Ok(_), _) => Some("Address"),
        _ => None,
    }
}

/// Returns the address that is spelled most like a name, if one is spelled nearly like it.
fn nearest(name: &str, registry: &Registry) -> Option<Address> {
    let is_near_enough = |distance: usize, other: &str| distance <= other.len() / 3;
    let candidates = registry.some(MAX_ADDRESSES, |address, found| {
        let other = comparable(address);
        found.registration().role != Role::Link
            && other.is_some_and(|other| is_near_enough(other.len().abs_diff(name.len()), other))
    });
    let near = candidates.into_iter().filter_map(|address| {
        let other = comparable(&address)?;
        let distance = distance(&name.to_lowercase(), &other.to_lowercase());
        let is_near = is_near_enough(distance, other) && differs_by_more_than_digits(name, other);
        is_near.then_some((distance, address))
    });
    near.min().map(|(_, address)| address)
}

/// Returns `false` for `worker-1` and `worker-2`, of which none is a typo of the other.
fn differs_by_more_than_digits(one: &str, other: &str) -> bool {
    let without = |name: &str| name.replace(|letter: char| letter.is_ascii_digit(), "");
    without(one) != without(other)
}

/// Counts the bytes to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, byte) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(byte != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_addresses_and_routes_are_recognised() {
        assert_eq!(text_of_another_kind("1#127.0.0.1:9"), Some("Address"));
        assert_eq!(text_of_another_kind("0#echoer"), Some("Address"));
        assert_eq!(text_of_another_kind("1#host:9 => 0#echoer"), Some("Route"));
        assert_eq!(text_of_another_kind("echoer"), None);
        assert_eq!(text_of_another_kind("room#1"), None);
    }

    #[test]
    fn numbered_names_are_no_typos_of_each_other() {
        assert!(!differs_by_more_than_digits("worker-1", "worker-20"));
        assert!(differs_by_more_than_digits("worker-1", "wroker-1"));
    }

    #[test]
    fn searches_are_bounded() {
        let searches = Searches::default();
        let begun = (0..1_000).filter(|_| searches.begin()).count();
        assert_eq!(begun, 64);
    }
}
