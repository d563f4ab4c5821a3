//! An attacker in the middle: a worker through which all messages of a channel pass, in both directions.

use ockam::{Context, Result, Route, Routed, Worker, async_worker};

/// What the attacker does with a message.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Attack {
    Drop,
    /// Lets some others pass before it.
    Delay,
    /// Lets it pass, and comes with it again later.
    Replay,
    /// Lets it pass twice, at once.
    Double,
    /// Sends it back to where it came from, too.
    Reflect,
    /// Lets only its beginning pass.
    Truncate,
    /// Changes one bit.
    Flip,
    /// Puts the beginning of the last message of its direction in front of its end.
    Splice,
    /// Lets another message of the same channel pass in its place.
    Swap,
    /// Adds bytes of its own.
    Append,
    /// Comes with a message of its own.
    Forge,
}

pub(crate) const ATTACKS: [Attack; 11] = [
    Attack::Drop,
    Attack::Delay,
    Attack::Replay,
    Attack::Double,
    Attack::Reflect,
    Attack::Truncate,
    Attack::Flip,
    Attack::Splice,
    Attack::Swap,
    Attack::Append,
    Attack::Forge,
];

/// Random numbers, the same for each seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// When the attacker attacks, and how.
pub(crate) enum Plan {
    /// Once: the message with this number, from 0 on.
    Once(usize, Attack),
    /// One in so many of the first messages.
    Often { one_in: usize, of_first: usize },
}

#[derive(Clone)]
struct Message {
    bytes: Vec<u8>,
    onward: Route,
    back: Route,
}

/// The attacker.
pub(crate) struct Eve {
    plan: Plan,
    dice: Dice,
    seen: Vec<Message>,
    /// What it holds back, and after how many more messages it lets that pass.
    held: Vec<(usize, Message)>,
}

impl Eve {
    pub(crate) fn new(plan: Plan, seed: u64) -> Self {
        Self {
            plan,
            dice: Dice::new(seed),
            seen: Vec::new(),
            held: Vec::new(),
        }
    }

    fn attack(&mut self) -> Option<Attack> {
        let number = self.seen.len();
        match self.plan {
            Plan::Once(at, attack) => (number == at).then_some(attack),
            Plan::Often { one_in, of_first } => (number < of_first && self.dice.below(one_in) == 0)
                .then(|| ATTACKS[self.dice.below(ATTACKS.len())]),
        }
    }

    /// Returns what passes in the place of a message.
    fn changed(&mut self, message: &Message, attack: Attack) -> Vec<Message> {
        let length = message.bytes.len();
        let with = |bytes: Vec<u8>| Message {
            bytes,
            ..message.clone()
        };
        match attack {
            Attack::Drop => vec![],
            Attack::Delay => {
                self.held.push((1 + self.dice.below(4), message.clone()));
                vec![]
            }
            Attack::Replay => {
                self.held.push((1 + self.dice.below(8), message.clone()));
                vec![message.clone()]
            }
            Attack::Double => vec![message.clone(), message.clone()],
            Attack::Reflect => {
                let reflected = Message {
                    bytes: message.bytes.clone(),
                    onward: message.back.clone(),
                    back: message.onward.clone(),
                };
                vec![reflected, message.clone()]
            }
            Attack::Truncate => {
                let length = self.dice.below(length);
                vec![with(message.bytes[..length].to_vec())]
            }
            Attack::Flip => {
                let mut bytes = message.bytes.clone();
                if let Some(byte) = bytes.get_mut(self.dice.below(length)) {
                    *byte ^= 1 << self.dice.below(8);
                }
                vec![with(bytes)]
            }
            Attack::Splice => {
                let mut same_way = self.seen.iter().rev();
                let last = same_way.find(|seen| seen.onward == message.onward);
                let last = last.map_or(&[][..], |last| &last.bytes);
                let at = self.dice.below(length.min(last.len()));
                vec![with([&last[..at], &message.bytes[at..]].concat())]
            }
            Attack::Swap => {
                let other = self.dice.below(self.seen.len());
                let other = self.seen.get(other).map(|seen| seen.bytes.clone());
                vec![with(other.unwrap_or_default())]
            }
            Attack::Append => vec![with([&message.bytes[..], &[0; 7]].concat())],
            Attack::Forge => {
                let forged = (0..self.dice.below(100)).map(|_| self.dice.below(256) as u8);
                vec![with(forged.collect()), message.clone()]
            }
        }
    }

    /// Returns what was held back for long enough.
    fn released(&mut self) -> Vec<Message> {
        let mut released = Vec::new();
        self.held.retain_mut(|(left, message)| {
            *left -= 1;
            if *left == 0 {
                released.push(message.clone());
            }
            *left > 0
        });
        released
    }
}

#[async_worker]
impl Worker for Eve {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        let message = Message {
            onward: msg.onward_route().clone(),
            back: msg.return_route().clone(),
            bytes: msg.into_body(),
        };
        let mut passing = match self.attack() {
            None => vec![message.clone()],
            Some(attack) => self.changed(&message, attack),
        };
        self.seen.push(message);
        passing.append(&mut self.released());
        for Message {
            bytes,
            onward,
            back,
        } in passing
        {
            let message = Routed::new(bytes, back).with_onward_route(onward);
            // Fails if the end that it is for is gone.
            let _ = ctx.forward(message).await;
        }
        Ok(())
    }
}
