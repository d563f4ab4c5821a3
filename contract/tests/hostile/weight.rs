//! Peers whose messages are large, many, or for many.

use std::sync::Arc;
use std::time::Duration;

use ockam::{Result, route};
use ockam_contract::raw::{Raw, framed};
use ockam_transport::{Extension, TransportMessage};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::besieged::{Besieged, Honest, MIB};

/// Returns the frame of a message of a node of this framework, or of upstream.
fn message(onward: ockam::Route, payload: &[u8], is_ours: bool) -> Vec<u8> {
    framed(&TransportMessage {
        onward,
        payload,
        extension: is_ours.then(Extension::default),
        ..TransportMessage::default()
    })
}

#[tokio::test]
async fn large_messages_for_a_worker_that_does_not_take_them_are_bounded_in_bytes() -> Result<()> {
    const MESSAGES: usize = 160;
    for is_ours in [false, true] {
        let node = Besieged::serving();
        let honest = Honest::client(&node.address).await?;
        honest.is_served().await?;
        let before = node.usage();
        let mut raw = match is_ours {
            true => Raw::ours(&node.address).await,
            false => Raw::upstream(&node.address).await,
        };
        let frame = message(route!["stuck"], &vec![7; MIB], is_ours);
        raw.flood(&frame, MESSAGES * frame.len()).await;
        honest.is_served().await?;
        let after = node.usage();
        let more = after.peak.saturating_sub(before.peak);
        assert!(more < 40 * MIB, "{before:?} {after:?}");
        honest.stop().await?;
        node.stop();
    }
    Ok(())
}

#[tokio::test]
async fn many_connections_of_one_address_hold_no_more_than_it_may() -> Result<()> {
    /// Half of what a node keeps of what all peers have sent, and what is not counted.
    const MAX_OF_ONE_ADDRESS: usize = 128 * MIB;
    const CONNECTIONS: usize = 40;
    let node = Besieged::serving();
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    let before = node.usage();
    let frame = message(route!["stuck"], &vec![7; MIB], true);
    let mut peers = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut raw = Raw::ours(&node.address).await;
        raw.flood(&frame, 7 * frame.len()).await;
        peers.push(raw);
    }
    honest.is_served().await?;
    let after = node.usage();
    let more = after.peak.saturating_sub(before.peak);
    // The frames that are not complete have a bound of their own.
    assert!(
        more < MAX_OF_ONE_ADDRESS + CONNECTIONS * 2 * MIB,
        "{before:?} {after:?}"
    );
    drop(peers);
    honest.stop().await?;
    node.stop();
    Ok(())
}

#[tokio::test]
async fn connections_with_one_large_message_each_hold_no_more_than_one_address_may() -> Result<()> {
    /// Half of what a node keeps of what all peers have sent, and of frames that are not complete.
    const MAX_OF_ONE_ADDRESS: usize = (128 + 128) * MIB;
    /// As many at a time that their frames can be completed.
    const AT_A_TIME: usize = 10;
    const TIMES: usize = 12;
    let node = Besieged::serving();
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    let before = node.usage();
    let frame = Arc::new(message(route!["stuck"], &vec![7; 4 * MIB], false));
    let mut peers = Vec::new();
    for _ in 0..TIMES {
        let mut more = JoinSet::new();
        for _ in 0..AT_A_TIME {
            let (address, frame) = (node.address.clone(), frame.clone());
            more.spawn(async move {
                let mut raw = Raw::upstream(&address).await;
                raw.flood(&frame, 2 * frame.len()).await;
                raw
            });
        }
        peers.extend(more.join_all().await);
    }
    honest.is_served().await?;
    let after = node.usage();
    let more = after.peak.saturating_sub(before.peak);
    // A buffer is filled before it is counted.
    assert!(more < MAX_OF_ONE_ADDRESS + 64 * MIB, "{before:?} {after:?}");
    drop(peers);
    honest.stop().await?;
    node.stop();
    Ok(())
}

#[tokio::test]
async fn a_middle_node_whose_next_hop_does_not_read_stays_within_its_bound() -> Result<()> {
    let next = TcpListener::bind("127.0.0.1:0").await?;
    let next_address = next.local_addr()?.to_string();
    let node = Besieged::in_the_middle(&next_address);
    let to_next = ockam::Address::new(ockam::TransportType::TCP, next_address.as_str());
    let mut raw = Raw::upstream(&node.address).await;
    raw.write(&message(route![&to_next, "first"], b"\x07", false))
        .await;
    let silent = Raw::accept_ours(&next).await;
    let before = node.usage();
    // Short messages, each for another worker behind the next node.
    let mut frames = Vec::new();
    for number in 0..200_000 {
        let onward = route![&to_next, format!("worker-{number}")];
        frames.extend(message(onward, b"\x07", false));
    }
    let written = raw.flood(&frames, frames.len()).await;
    let after = node.usage();
    assert!(
        after.peak.saturating_sub(before.peak) < 64 * MIB,
        "{written} {before:?} {after:?}"
    );
    drop(silent);
    node.stop();
    Ok(())
}

/// The processor time that a middle node needs for each line of messages, when so many wait for the same next
/// node, until they have gone.
async fn processor_time(lines: usize) -> Result<Duration> {
    let next = TcpListener::bind("127.0.0.1:0").await?;
    let next_address = next.local_addr()?.to_string();
    let node = Besieged::in_the_middle(&next_address);
    let to_next = ockam::Address::new(ockam::TransportType::TCP, next_address.as_str());
    let mut raw = Raw::upstream(&node.address).await;
    let body = vec![7; 2_000];
    let to = |number: usize| {
        let onward = route![&to_next, format!("worker-{number:06}")];
        message(onward, &body, false)
    };
    raw.write(&to(0)).await;
    let mut far = Raw::accept_ours(&next).await;
    assert!(far.next().await.is_some());
    let before = node.usage();
    // More than is on its way to a peer that does not read yet: the queue, and the buffers of the system.
    let frames: Vec<u8> = (0..lines).flat_map(to).collect();
    let written = raw.flood(&frames, frames.len()).await;
    let lines = written / to(0).len();
    for _ in 0..lines {
        assert!(far.next().await.is_some());
    }
    let spent = node.usage().processor - before.processor;
    node.stop();
    Ok(spent / lines as u32)
}

#[tokio::test]
async fn a_line_that_waits_among_many_needs_no_more_time_than_among_few() -> Result<()> {
    const LINES: usize = 2_000;
    let few = processor_time(LINES).await?;
    let many = processor_time(4 * LINES).await?;
    // Quadratic work would need four times as much for each.
    assert!(many < few * 3, "{few:?} {many:?}");
    Ok(())
}
