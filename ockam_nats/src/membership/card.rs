use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::subjects::check_name;

/// The version of what is in a card. Cards of others are not read.
const VERSION: u8 = 1;

/// The maximum number of bytes of a card.
const MAX_CARD_BYTES: usize = 32 * 1024;

/// What a node says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(super) version: u8,
    pub(crate) name: String,
    pub(crate) incarnation: u64,
    /// Whether it is the last one of this incarnation.
    pub(crate) has_left: bool,
    pub(crate) serving: Vec<Serving>,
    /// The addresses that others may send to, as text.
    pub(crate) exposed: Vec<String>,
}

/// A group that a node is in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Serving {
    pub(crate) group: String,
    /// The address of the worker, as text.
    pub(crate) worker: String,
    /// How many messages wait in its mailbox.
    pub(crate) load: u32,
}

impl Card {
    pub(crate) fn new(name: &str, incarnation: u64) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            incarnation,
            has_left: false,
            serving: Vec::new(),
            exposed: Vec::new(),
        }
    }

    /// Returns the bytes of a card. One that is too long loses the names of what is exposed, and then of groups.
    pub(crate) fn encode(&self) -> Bytes {
        let mut card = self.clone();
        loop {
            let bytes = ockam_body::bare::to_vec(&card).unwrap_or_default();
            if bytes.len() <= MAX_CARD_BYTES {
                return bytes.into();
            }
            // In proportion, so that it takes few rounds.
            let fitting = |all: usize| {
                all.saturating_sub(1)
                    .min(all * MAX_CARD_BYTES / bytes.len())
            };
            match card.exposed.is_empty() {
                false => card.exposed.truncate(fitting(card.exposed.len())),
                true => card.serving.truncate(fitting(card.serving.len())),
            }
        }
    }

    /// Reads a card. Anybody may have written it: it is `None` if it is none.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_CARD_BYTES || bytes.first() != Some(&VERSION) {
            return None;
        }
        let card: Self = ockam_body::bare::from_slice(bytes).ok()?;
        let are_names = card
            .serving
            .iter()
            .all(|it| check_name("group", &it.group).is_ok());
        (check_name("node", &card.name).is_ok() && are_names).then_some(card)
    }

    /// Returns a group that the node is in.
    pub(crate) fn serving(&self, group: &str) -> Option<&Serving> {
        self.serving.iter().find(|serving| serving.group == group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        let serving = Serving {
            group: "squarers".to_owned(),
            worker: "squarer".to_owned(),
            load: 7,
        };
        Card {
            serving: vec![serving],
            exposed: vec!["squarer".to_owned(), "1#host:4000".to_owned()],
            ..Card::new("back", 12)
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Card::decode(&card().encode()), Some(card()));
    }

    #[test]
    fn what_is_no_card_is_nothing() {
        let mut other = card().encode().to_vec();
        other[0] = VERSION + 1;
        let mut longer = card().encode().to_vec();
        longer.push(0);
        let mut claims_much = vec![VERSION, 1, b'a', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        claims_much.extend([0xff; 9]);
        let named = Card::new("a.b", 1).encode().to_vec();
        for bytes in [vec![], vec![VERSION], other, longer, claims_much, named] {
            assert_eq!(Card::decode(&bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_card_that_is_too_long_is_cut() {
        let mut long = card();
        long.exposed = (0..10_000)
            .map(|number| format!("worker {number}"))
            .collect();
        let bytes = long.encode();
        assert!(bytes.len() <= MAX_CARD_BYTES);
        let cut = Card::decode(&bytes).unwrap();
        assert!(cut.exposed.len() > 1000 && cut.serving == long.serving);
    }
}
