//! Makes faults happen.

use std::time::Duration;

use turmoil::Sim;

use crate::faults::{Fault, LINKS, Pair};
use crate::history::History;
use crate::scenario::HOSTS;

/// Makes a fault happen in a simulation.
pub(crate) fn inject(fault: Fault, sim: &mut Sim<'_>, history: &History) {
    match fault {
        Fault::Partition((one, other)) => sim.partition(HOSTS[one], HOSTS[other]),
        Fault::OneWay((from, to)) => sim.partition_oneway(HOSTS[from], HOSTS[to]),
        Fault::Hold((one, other)) => sim.hold(HOSTS[one], HOSTS[other]),
        Fault::Slow(link) => latency(sim, link, Duration::from_millis(400)),
        Fault::Heal((one, other)) => {
            latency(sim, (one, other), LATENCY);
            sim.release(HOSTS[one], HOSTS[other]);
        }
        Fault::Crash(host) => {
            history.crash(host, sim.elapsed());
            history.crashed_streams.set_crashing(host, true);
            sim.crash(HOSTS[host]);
            history.crashed_streams.set_crashing(host, false);
            // The host tells its peers that the streams are closed, and waits until it may start.
            sim.bounce(HOSTS[host]);
        }
        Fault::LosePower(host) => {
            history.crash(host, sim.elapsed());
            let links = LINKS.iter().filter(|(a, b)| *a == host || *b == host);
            let links: Vec<_> = links.collect();
            // The peers are not told that the streams are closed.
            for (one, other) in &links {
                sim.partition(HOSTS[*one], HOSTS[*other]);
            }
            sim.crash(HOSTS[host]);
            for (one, other) in &links {
                sim.release(HOSTS[*one], HOSTS[*other]);
            }
        }
        Fault::Start(host) => {
            history.allow_start(host);
            if !sim.is_host_running(HOSTS[host]) {
                sim.bounce(HOSTS[host]);
            }
        }
    }
}

/// How long a segment takes at most.
pub(crate) const LATENCY: Duration = Duration::from_millis(40);

fn latency(sim: &Sim<'_>, (one, other): Pair, most: Duration) {
    sim.set_link_max_message_latency(HOSTS[one], HOSTS[other], most);
}
