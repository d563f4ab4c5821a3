use std::collections::HashMap;

use ockam_core::random::{Numbers, numbers};

/// The number of a task, from the order of their starts.
pub(super) type Ticket = u64;

/// The number of decisions that are kept. Those behind them are as usual, so that the run can be repeated.
const MAX_DECIDED: usize = 1 << 20;

/// How the scheduler explores the orders of a run.
#[derive(Clone, Debug)]
pub(crate) enum Choices {
    /// Tasks run in the order in which they were woken, and until they wait.
    FirstInFirstOut,
    /// One of the others, as the seed decides.
    OfSeed,
    /// What was decided in another run, and then as usual.
    Replayed(Vec<u16>),
}

/// Decides what a run leaves open: which task is next, where it is interrupted, what the network does.
///
/// Every decision is a number, which is 0 for what is usual. So a run can be repeated from its numbers, and
/// made more usual by zeros.
pub(super) struct Decisions {
    numbers: Numbers,
    explorer: Explorer,
    decided: Vec<u16>,
}

/// No single way finds all races soon: few and many changes of the order find different ones.
enum Explorer {
    FirstInFirstOut,
    /// Every task that is ready is as likely to be next.
    Uniform,
    /// Each task has a priority, which seldom changes (probabilistic concurrency testing): it finds what
    /// needs one task to be left behind for long.
    Priorities(Priorities),
    /// Nearly first in, first out, with a few tasks that are put off (delay-bounded).
    Delays,
    Replayed(std::vec::IntoIter<u16>),
}

#[derive(Default)]
struct Priorities {
    of_tasks: HashMap<Ticket, u64>,
    /// The task that was chosen last, and how often in a row, though others were ready.
    last: (Ticket, u32),
}

impl Priorities {
    /// How often a task is chosen in a row. One that yields in a loop, until another one has done something, would
    /// otherwise go on for ever.
    const MAX_IN_A_ROW: u32 = 256;

    fn choose(&mut self, tickets: impl Iterator<Item = Ticket>, numbers: &mut Numbers) -> usize {
        let (mut chosen, mut highest) = ((0, 0), 0);
        for (at, ticket) in tickets.enumerate() {
            let own = *self
                .of_tasks
                .entry(ticket)
                .or_insert_with(|| numbers.number() | 1);
            if own > highest {
                (chosen, highest) = ((at, ticket), own);
            }
        }
        let (at, ticket) = chosen;
        let before = if self.last.0 == ticket {
            self.last.1
        } else {
            0
        };
        self.last = (ticket, before + 1);
        if self.last.1 >= Self::MAX_IN_A_ROW {
            self.of_tasks.insert(ticket, 1);
            self.last.1 = 0;
        }
        at
    }

    /// Lets the first of all fall behind all others.
    fn lower(&mut self) {
        if let Some(priority) = self.of_tasks.values_mut().max() {
            *priority = 1;
        }
    }
}

impl Decisions {
    pub(super) fn new(seed: u64, choices: Choices) -> Self {
        let mut numbers = numbers(seed, 2);
        let explorer = match choices {
            Choices::FirstInFirstOut => Explorer::FirstInFirstOut,
            Choices::Replayed(decided) => Explorer::Replayed(decided.into_iter()),
            Choices::OfSeed => match numbers.below(4) {
                0 | 1 => Explorer::Uniform,
                2 => Explorer::Priorities(Priorities::default()),
                _ => Explorer::Delays,
            },
        };
        Self {
            numbers,
            explorer,
            decided: Vec::new(),
        }
    }

    pub(super) fn into_decided(self) -> Vec<u16> {
        self.decided
    }

    /// Chooses among tasks that are ready, at least one. Returns its position.
    pub(super) fn choose(&mut self, tickets: impl ExactSizeIterator<Item = Ticket>) -> usize {
        let count = tickets.len();
        if count < 2 {
            return 0;
        }
        let numbers = &mut self.numbers;
        let at = match &mut self.explorer {
            Explorer::FirstInFirstOut => 0,
            Explorer::Uniform => numbers.below(count as u64) as usize,
            Explorer::Priorities(priorities) => priorities.choose(tickets, numbers),
            Explorer::Delays => match numbers.below(8) {
                0 => numbers.below(count as u64) as usize,
                _ => 0,
            },
            Explorer::Replayed(decided) => usize::from(decided.next().unwrap_or(0)).min(count - 1),
        };
        self.keep(at);
        at
    }

    /// Decides whether the task that runs is interrupted.
    pub(super) fn preempts(&mut self) -> bool {
        let once_in = match &self.explorer {
            Explorer::FirstInFirstOut => return false,
            Explorer::Replayed(_) => return self.decide(2) == 1,
            Explorer::Uniform => 3,
            Explorer::Priorities(_) => 2,
            Explorer::Delays => 16,
        };
        let is_preempted = self.numbers.below(once_in) == 0;
        if let Explorer::Priorities(priorities) = &mut self.explorer {
            // Some task falls behind all others.
            if self.numbers.below(16) == 0 {
                priorities.lower();
            }
        }
        self.keep(is_preempted.into());
        is_preempted
    }

    /// Returns a number below `end`, at most 65,536.
    pub(super) fn decide(&mut self, end: u64) -> u64 {
        let number = match &mut self.explorer {
            Explorer::FirstInFirstOut => 0,
            Explorer::Replayed(decided) => {
                u64::from(decided.next().unwrap_or(0)).min(end.saturating_sub(1))
            }
            _ => self.numbers.below(end.min(1 << 16)),
        };
        self.keep(number as usize);
        number
    }

    fn keep(&mut self, decided: usize) {
        match u16::try_from(decided) {
            Ok(decided) if self.decided.len() < MAX_DECIDED => self.decided.push(decided),
            // From here on, what is repeated may differ, and is reported as such.
            _ => {}
        }
    }
}
