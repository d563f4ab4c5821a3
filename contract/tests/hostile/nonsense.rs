//! Peers that don't speak the protocol.

use ockam::Result;
use ockam_contract::raw::Raw;

use crate::besieged::{Besieged, Honest, MIB};

/// What a peer says first, and is cut off for.
const NONSENSE: [&[u8]; 5] = [
    b"",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x01\xff\xff\xff\xff",
    b"\x01\0\0\0\x01\xff",
    b"\x01\0\0\0\x04\xa1\0\0\0",
];

#[tokio::test]
async fn nonsense_leaves_nothing_behind() -> Result<()> {
    const PEERS: usize = 100;
    let node = Besieged::serving();
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    let before = node.usage();
    for number in 0..PEERS {
        let mut raw = Raw::silent(&node.address).await;
        raw.write_if_open(NONSENSE[number % NONSENSE.len()]).await;
    }
    node.has_descriptors(before.descriptors).await;
    honest.is_served().await?;
    let after = node.usage();
    assert!(
        after.resident < before.resident + 8 * MIB,
        "{before:?} {after:?}"
    );
    // One more writes the log.
    assert!(after.threads <= before.threads + 1, "{before:?} {after:?}");
    honest.stop().await?;
    node.stop();
    Ok(())
}
