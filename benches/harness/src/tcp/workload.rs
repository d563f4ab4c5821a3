use std::time::{Duration, Instant};

use super::remote::Remote;
use super::server::Server;
use crate::clock::Clock;
use crate::latencies::Latencies;

/// The size of small messages.
const SMALL: usize = 64;
const LARGE: usize = 16 * 1024;
/// How many connections there are at once.
const MANY: u64 = 1_000;
/// How many round trips each of them makes.
const EACH: u64 = 50;
/// How long a workload is to last, apart from the one of many connections.
const LONG: Duration = Duration::from_millis(500);

/// What is measured between two processes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Workload {
    /// One ask after another.
    RoundTrip,
    /// Small messages, one way.
    OneWay,
    /// Large messages, one way.
    Large,
    /// One ask after another, on each of many connections at once.
    Connections,
}

type Metrics = Vec<(&'static str, f64)>;

impl Workload {
    pub(crate) const ALL: [Self; 4] = [
        Self::RoundTrip,
        Self::OneWay,
        Self::Large,
        Self::Connections,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RoundTrip => "tcp_round_trip",
            Self::OneWay => "tcp_one_way",
            Self::Large => "tcp_large",
            Self::Connections => "tcp_connections",
        }
    }

    /// Plays it, at such a part of its full size.
    pub(super) async fn play<R: Remote>(self, remote: &R, server: &Server, divide: u64) -> Metrics {
        let long = LONG / divide as u32;
        match self {
            Self::RoundTrip => round_trips(remote, server, long).await,
            Self::OneWay => one_way(remote, server, SMALL, long).await,
            Self::Large => one_way(remote, server, LARGE, long).await,
            Self::Connections => connections(remote, server, EACH / divide).await,
        }
    }
}

/// Nanoseconds for each of `operations`: on the wall, and of the processors in both processes.
fn times(clock: Clock, server: (&Server, Duration), operations: u64) -> Metrics {
    let spent = clock.spent();
    let (server, before) = server;
    let cpu = spent.cpu + (server.cpu_time() - before);
    let each = |time: Duration| time.as_nanos() as f64 / operations as f64;
    vec![("wall", each(spent.wall)), ("cpu", each(cpu))]
}

/// How many operations last so `long`, if `some` took `took`.
fn enough(some: u64, took: Duration, long: Duration) -> u64 {
    let share = long.as_secs_f64() / took.as_secs_f64();
    ((some as f64 * share) as u64).max(some)
}

async fn round_trips<R: Remote>(remote: &R, server: &Server, long: Duration) -> Metrics {
    const WARM_UP: u64 = 2_000;
    let mut connection = remote.connect(&server.address, "client").await;
    let begun = Instant::now();
    asks::<R>(&mut connection, WARM_UP).await;
    let count = enough(WARM_UP, begun.elapsed(), long);
    let (clock, before) = (Clock::start(), server.cpu_time());
    let latencies = asks::<R>(&mut connection, count).await;
    let mut metrics = times(clock, (server, before), count);
    metrics.extend(latencies.metrics());
    metrics
}

async fn asks<R: Remote>(connection: &mut R::Connection, count: u64) -> Latencies {
    let mut question = [7; SMALL];
    let mut latencies = Latencies::with_capacity(count as usize);
    let mut begun = Instant::now();
    for number in 0..count {
        question[..8].copy_from_slice(&number.to_le_bytes());
        let answer = R::ask(connection, &question).await;
        assert_eq!(answer, question, "the answer is an echo");
        let now = Instant::now();
        latencies.add(now - begun);
        begun = now;
    }
    latencies
}

async fn one_way<R: Remote>(remote: &R, server: &Server, size: usize, long: Duration) -> Metrics {
    let warm_up = 1_000_000 / size as u64;
    let mut connection = remote.connect(&server.address, "client").await;
    let begun = Instant::now();
    tells::<R>(&mut connection, warm_up, size).await;
    let count = enough(warm_up, begun.elapsed(), long);
    let (clock, before) = (Clock::start(), server.cpu_time());
    tells::<R>(&mut connection, count, size).await;
    times(clock, (server, before), count)
}

async fn tells<R: Remote>(connection: &mut R::Connection, count: u64, size: usize) {
    let mut message = vec![7; size];
    for following in (0..count).rev() {
        message[..8].copy_from_slice(&following.to_le_bytes());
        R::tell(connection, &message).await;
    }
    let counted = R::counted(connection).await;
    assert_eq!(counted, count, "not all messages have come");
}

async fn connections<R: Remote>(remote: &R, server: &Server, each: u64) -> Metrics {
    let (clock, before) = (Clock::start(), server.cpu_time());
    let mut connections = Vec::with_capacity(MANY as usize);
    for number in 0..MANY {
        let name = format!("client-{number}");
        connections.push(remote.connect(&server.address, &name).await);
    }
    let connect = times(clock, (server, before), MANY);
    let (clock, before) = (Clock::start(), server.cpu_time());
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            tokio::spawn(async move {
                asks::<R>(&mut connection, each).await;
                connection
            })
        })
        .collect();
    let mut connections = Vec::with_capacity(MANY as usize);
    for task in tasks {
        connections.push(task.await.expect("the answers are right"));
    }
    let mut metrics = times(clock, (server, before), MANY * each);
    let names = ["connect_wall", "connect_cpu"].into_iter();
    metrics.extend(names.zip(connect).map(|(name, (_, value))| (name, value)));
    metrics
}
