mod allocate;
mod ask;
mod crowd;
mod disturbed;
mod live;
mod pass;
mod tell;

use crate::clock::Spent;
use crate::framework::Framework;
use crate::payload::Payload;
use crate::played::Played;

/// One of the things that frameworks are compared in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Workload {
    /// One task tells one worker 1,000,000 messages and waits for room.
    Tell,
    /// One task asks one worker 200,000 times, one after another.
    Ask,
    /// Two workers send one message to and fro, 500,000 times.
    PingPong,
    /// 1,000 workers pass messages around, 1,000,000 times.
    Ring,
    /// 8 tasks tell one worker 1,000,000 messages.
    FanIn,
    /// One task tells 1,000 workers 1,000 messages each, in turn.
    FanOut,
    /// 64 tasks ask one worker at once, 5,000 times each.
    Ask64,
    /// One task tells 10,000 workers 1,000,000 messages in random order.
    Random,
    /// 100,000 times, a worker is started, told a message and stopped.
    Life,
    /// 100,000 workers are started, then told a message each, then stopped.
    Lives,
    /// 100,000 workers are started, and then stopped.
    Idle,
    /// The memory of 100,000 workers, before and after a message to each.
    Bytes,
    /// As `Ask`, with a clock for each question.
    Latency,
    /// Allocations for each message that is told.
    TellAllocations,
    /// Allocations for each question.
    AskAllocations,
    /// Allocations for each life of a worker.
    LifeAllocations,
    /// The latency of asks while 10,000 other workers are busy.
    Busy,
    /// The latency of asks while another worker is flooded.
    Flood,
    /// One task tells so many workers 1,000,000 messages in random order.
    Spread,
    /// So many tasks tell one worker 1,000,000 messages.
    Senders,
    /// So many tasks tell a worker each, 1,000,000 messages together.
    Pairs,
    /// The memory of so many workers, before and after a message to each.
    Crowd,
}

/// How large a workload is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// It is smaller by this factor.
    pub(crate) divide: u64,
    /// The number that a workload is about, where it is not a fixed one.
    pub(crate) count: u64,
}

impl Extent {
    /// The extent of the run that only warms up.
    pub(crate) fn warm_up(self) -> Self {
        Self {
            divide: self.divide * 20,
            count: self.count.min(1_000),
        }
    }
}

impl Workload {
    pub(crate) const ALL: [Self; 22] = [
        Self::Tell,
        Self::Ask,
        Self::PingPong,
        Self::Ring,
        Self::FanIn,
        Self::FanOut,
        Self::Ask64,
        Self::Random,
        Self::Life,
        Self::Lives,
        Self::Idle,
        Self::Bytes,
        Self::Latency,
        Self::TellAllocations,
        Self::AskAllocations,
        Self::LifeAllocations,
        Self::Busy,
        Self::Flood,
        Self::Spread,
        Self::Senders,
        Self::Pairs,
        Self::Crowd,
    ];

    /// Finds the workload of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|workload| workload.name() == name)
    }

    /// Returns its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tell => "tell",
            Self::Ask => "ask",
            Self::PingPong => "ping_pong",
            Self::Ring => "ring",
            Self::FanIn => "fan_in",
            Self::FanOut => "fan_out",
            Self::Ask64 => "ask64",
            Self::Random => "random",
            Self::Life => "life",
            Self::Lives => "lives",
            Self::Idle => "idle",
            Self::Bytes => "bytes",
            Self::Latency => "latency",
            Self::TellAllocations => "tell_allocations",
            Self::AskAllocations => "ask_allocations",
            Self::LifeAllocations => "life_allocations",
            Self::Busy => "busy",
            Self::Flood => "flood",
            Self::Spread => "spread",
            Self::Senders => "senders",
            Self::Pairs => "pairs",
            Self::Crowd => "crowd",
        }
    }

    /// Plays it.
    pub(crate) async fn play<F: Framework, M: Payload>(
        self,
        framework: &F,
        Extent { divide, count }: Extent,
    ) -> Played {
        let million = 1_000_000 / divide;
        match self {
            Self::Tell => tell::to_one::<F, M>(framework, 1, million).await,
            Self::FanIn => tell::to_one::<F, M>(framework, 8, million / 8).await,
            Self::FanOut => tell::in_turn::<F, M>(framework, million).await,
            Self::Random => tell::at_random::<F, M>(framework, 10_000, million).await,
            Self::Ask => ask::at_once::<F, M>(framework, 1, 200_000 / divide).await,
            Self::Ask64 => ask::at_once::<F, M>(framework, 64, 5_000 / divide).await,
            Self::Latency => ask::latencies::<F, M>(framework, 200_000 / divide).await,
            Self::PingPong => pass::around::<F, M>(framework, 2, 500_000 / divide).await,
            Self::Ring => pass::around::<F, M>(framework, 1_000, million).await,
            Self::Life => live::one_after_another(framework, 100_000 / divide).await,
            Self::Lives => live::all_together(framework, 100_000 / divide).await,
            Self::Idle => live::start_and_stop(framework, 100_000 / divide).await,
            Self::Bytes => live::bytes(framework, 100_000 / divide).await,
            Self::TellAllocations => allocate::tell::<F, M>(framework, 500_000 / divide).await,
            Self::AskAllocations => allocate::ask::<F, M>(framework, 100_000 / divide).await,
            Self::LifeAllocations => live::allocations(framework, 100_000 / divide).await,
            Self::Busy => disturbed::by_busy_workers::<F, M>(framework, 300 / divide).await,
            Self::Flood => disturbed::by_a_flood::<F, M>(framework, million).await,
            Self::Spread => tell::at_random::<F, M>(framework, count as usize, million).await,
            Self::Senders => tell::to_one::<F, M>(framework, count, million / count).await,
            Self::Pairs => tell::in_pairs::<F, M>(framework, count, million / count).await,
            Self::Crowd => crowd::told::<F, M>(framework, count).await,
        }
    }
}

/// The two metrics of a workload that takes time: nanoseconds for each of `operations`.
fn times(
    wall: &'static str,
    cpu: &'static str,
    spent: Spent,
    operations: u64,
) -> [(&'static str, f64); 2] {
    let each = |time: std::time::Duration| time.as_nanos() as f64 / operations as f64;
    [(wall, each(spent.wall)), (cpu, each(spent.cpu))]
}
