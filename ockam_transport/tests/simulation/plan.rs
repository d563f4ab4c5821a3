//! What is going to happen in a run, as far as the seed decides it.

use std::ops::Range;
use std::time::Duration;

use crate::chance::Chance;
use crate::faults::{self, Fault};
use crate::scenario::{HOSTS, Scenario};

/// How long a send waits for room at most.
pub(crate) const SEND_LIMIT: Duration = Duration::from_millis(700);

/// How a message gets to another host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// By the address of the host, which is dialled on first use.
    Dialled,
    /// By a connection that was made for it.
    Kept,
    /// Through the third host, by its address and that of the other one.
    Through,
    /// By a connection that the other one has made.
    Back,
}

pub(crate) const WAYS: [Way; 4] = [Way::Dialled, Way::Kept, Way::Through, Way::Back];

/// What the receiver does with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    /// Takes it.
    Take,
    /// Takes it, and is busy for a moment, so that others wait for room in the mailbox.
    TakeSlowly,
    /// Takes it, and sends one back.
    Acknowledge,
    /// Answers.
    Answer,
    /// Answers after a while, outside of the handler.
    AnswerLater,
    /// Answers after a while, in which the worker is busy.
    AnswerSlowly,
    /// Does not answer.
    Drop,
    /// Fails.
    Fail,
    /// Remembers the way back.
    Remember,
}

const TELLS: [Manner; 3] = [Manner::Take, Manner::Take, Manner::Acknowledge];

const ASKS: [Manner; 7] = [
    Manner::Answer,
    Manner::Answer,
    Manner::Answer,
    Manner::AnswerLater,
    Manner::AnswerSlowly,
    Manner::Drop,
    Manner::Fail,
];

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) id: u64,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) way: Way,
    pub(crate) manner: Manner,
    pub(crate) at: Duration,
    /// How long it may take to end.
    pub(crate) limit: Duration,
    pub(crate) size: usize,
    pub(crate) is_ask: bool,
}

/// What happens in a run.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) scenario: Scenario,
    /// The tells of each lane, which are sent one after another by one way.
    pub(crate) lanes: Vec<Vec<Operation>>,
    pub(crate) asks: Vec<Operation>,
    pub(crate) faults: Vec<(Duration, Fault)>,
    /// Which host is stopped and started again, and when.
    pub(crate) restarts: Vec<(usize, Duration)>,
    /// How many operations there are.
    pub(crate) count: u64,
}

impl Plan {
    pub(crate) fn new(scenario: Scenario, seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ ((scenario as u64) << 56));
        let mut plan = Self {
            seed: chance.next(),
            scenario,
            lanes: Vec::new(),
            asks: Vec::new(),
            faults: faults::plan(scenario, &mut chance),
            restarts: restarts(scenario, &mut chance),
            count: 0,
        };
        for from in 0..HOSTS.len() {
            plan.add_lanes(from, &mut chance);
            plan.add_asks(from, &mut chance);
        }
        plan
    }

    /// Returns when a host that starts now is going to be stopped, if it is.
    pub(crate) fn restart_after(&self, host: usize, now: Duration) -> Option<Duration> {
        let own = self.restarts.iter().filter(|(which, _)| *which == host);
        own.map(|(_, at)| *at).filter(|at| *at > now).min()
    }

    fn add_lanes(&mut self, from: usize, chance: &mut Chance) {
        for to in peers(from) {
            for way in WAYS {
                // Some send more than a connection can take for a while.
                let is_slow = chance.once_in(3);
                let rush = chance.once_in(4).then(|| chance.time(1_000..7_000));
                let mut times: Vec<_> = (0..10 + chance.below(20))
                    .map(|_| match rush {
                        Some(rush) => rush + chance.time(0..50),
                        None => chance.time(100..7_800),
                    })
                    .collect();
                times.sort_unstable();
                let tells = times.into_iter().map(|at| Operation {
                    id: self.next_id(),
                    from,
                    to,
                    way,
                    manner: match is_slow {
                        true => Manner::TakeSlowly,
                        false => chance.one_of(&TELLS),
                    },
                    at,
                    limit: SEND_LIMIT,
                    size: size(chance),
                    is_ask: false,
                });
                let tells = tells.collect();
                self.lanes.push(tells);
            }
        }
    }

    fn add_asks(&mut self, from: usize, chance: &mut Chance) {
        let limits = match self.scenario {
            Scenario::Latency => 2_000..2_001,
            _ => 100..1_500,
        };
        for _ in 0..40 {
            let ask = Operation {
                id: self.next_id(),
                from,
                to: peers(from)[chance.below(2) as usize],
                way: chance.one_of(&WAYS),
                manner: chance.one_of(&ASKS),
                at: chance.time(100..7_800),
                limit: chance.time(limits.clone()),
                size: size(chance),
                is_ask: true,
            };
            self.asks.push(ask);
        }
    }

    fn next_id(&mut self) -> u64 {
        self.count += 1;
        self.count - 1
    }
}

/// Returns the other hosts.
pub(crate) fn peers(of: usize) -> [usize; 2] {
    [(of + 1) % 3, (of + 2) % 3]
}

fn size(chance: &mut Chance) -> usize {
    let sizes: Range<u64> = match chance.below(10) {
        0 => 1_000..4_000,
        _ => 0..200,
    };
    (sizes.start + chance.below(sizes.end - sizes.start)) as usize
}

fn restarts(scenario: Scenario, chance: &mut Chance) -> Vec<(usize, Duration)> {
    if !scenario.is(Scenario::Restarts) {
        return Vec::new();
    }
    (0..1 + chance.below(4))
        .map(|_| (chance.below(3) as usize, chance.time(500..7_000)))
        .collect()
}
