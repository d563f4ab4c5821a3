use std::ops::Range;
use std::time::Duration;

use ockam_node::test::decide;

/// In how many parts a probability is counted.
const PARTS: u32 = 10_000;

/// How long nothing passes between two nodes.
const CUT_MILLIS: Range<u64> = 500..20_000;

/// How long a node that has crashed is away.
const AWAY_MILLIS: Range<u64> = 10..5_000;

/// How likely it is that something goes wrong, each time when bytes are sent.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    pub(super) loss: f64,
    pub(super) cuts: f64,
    pub(super) crashes: f64,
    pub(super) delay: Range<Duration>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            loss: 0.0,
            cuts: 0.0,
            crashes: 0.0,
            delay: Duration::from_micros(100)..Duration::from_millis(20),
        }
    }
}

/// What becomes of some bytes that are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// They arrive.
    Arrives,
    /// The connection is lost.
    Lost,
    /// Nothing passes between the two nodes for a while.
    Cut(Duration),
    /// The receiver's node crashes.
    Crash,
}

impl Faults {
    pub(super) fn fate(&self) -> Fate {
        // A decision is made only where something can go wrong, so that runs are short.
        if happens(self.loss) {
            return Fate::Lost;
        }
        if happens(self.cuts) {
            return Fate::Cut(between(&CUT_MILLIS));
        }
        match happens(self.crashes) {
            true => Fate::Crash,
            false => Fate::Arrives,
        }
    }

    pub(super) fn latency(&self) -> Duration {
        let Range { start, end } = &self.delay;
        let width = end.saturating_sub(*start);
        // In steps, because a decision is a small number.
        let steps = u32::try_from(decide(100)).unwrap_or(0);
        start.saturating_add(width / 100 * steps)
    }
}

/// Decides whether something of this probability happens. Usually nothing does.
fn happens(probability: f64) -> bool {
    if probability.is_nan() || probability <= 0.0 {
        return false;
    }
    let parts = (probability.min(1.0) * f64::from(PARTS)).ceil() as u64;
    decide(PARTS.into()) >= u64::from(PARTS) - parts
}

pub(super) fn time_away() -> Duration {
    between(&AWAY_MILLIS)
}

fn between(millis: &Range<u64>) -> Duration {
    Duration::from_millis(millis.start + decide(millis.end - millis.start))
}
