//! Peers that make a node say much, and don't listen.

use ockam::{Address, Result, route};
use ockam_contract::raw::{Raw, framed};
use ockam_transport::{Extension, TransportMessage};

use crate::besieged::{Besieged, Honest, MIB};

/// More than a connection and the operating system hold.
const MUCH_BYTES: usize = 96 * MIB;

/// Returns messages to many addresses as long as can be.
fn to_ever_new_addresses(return_route: &ockam::Route) -> Vec<u8> {
    let mut frames = Vec::new();
    for number in 0..8192 {
        frames.extend(framed(&TransportMessage {
            onward: route![Address::from(format!("{number:01024}"))],
            return_route: return_route.clone(),
            payload: b"\x07",
            extension: Some(Extension::default()),
            ..TransportMessage::default()
        }));
    }
    frames
}

#[tokio::test]
async fn a_peer_that_does_not_listen_to_grants_is_read_no_further() -> Result<()> {
    for return_route in [route![], route!["raw"]] {
        let node = Besieged::serving();
        let honest = Honest::client(&node.address).await?;
        honest.is_served().await?;
        let before = node.usage();
        let mut raw = Raw::ours(&node.address).await;
        let frames = to_ever_new_addresses(&return_route);
        let written = raw.flood(&frames, MUCH_BYTES).await;
        assert!(written < MUCH_BYTES / 2, "{written}");
        let after = node.usage();
        let more = after.peak.saturating_sub(before.peak);
        assert!(more < 16 * MIB, "{before:?} {after:?}");
        honest.is_served().await?;
        honest.stop().await?;
        node.stop();
    }
    Ok(())
}

#[tokio::test]
async fn a_peer_that_does_not_read_its_answers_takes_nobody_else_the_worker_away() -> Result<()> {
    for deadline in [None, Some(std::time::Duration::from_secs(300))] {
        let node = Besieged::serving();
        let honest = Honest::client(&node.address).await?;
        honest.is_served().await?;
        let before = node.usage();
        let mut raw = Raw::ours(&node.address).await;
        let frame = framed(&TransportMessage {
            onward: route!["echoer"],
            return_route: route!["raw"],
            payload: &[7; 60_000],
            extension: Some(Extension {
                deadline,
                ..Extension::default()
            }),
            ..TransportMessage::default()
        });
        raw.flood(&frame, MUCH_BYTES).await;
        // Each of these would wait for an answer to the other.
        honest.is_served().await?;
        let after = node.usage();
        let more = after.peak.saturating_sub(before.peak);
        assert!(more < 80 * MIB, "{before:?} {after:?}");
        honest.stop().await?;
        node.stop();
    }
    Ok(())
}
