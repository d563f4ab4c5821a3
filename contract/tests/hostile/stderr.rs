//! What peers make a node write to stderr.

use ockam::{Address, Result, route};
use ockam_contract::raw::{Raw, text};
use ockam_transport::{Extension, TransportMessage};

use crate::besieged::{Besieged, Honest};

/// Lets peers say what is not the protocol, each on a connection of its own. The node has to serve others, and
/// to write much fewer lines than there were peers.
async fn is_not_filled_by(peers: usize, node: Besieged) -> Result<()> {
    for _ in 0..peers {
        let mut raw = Raw::silent(&node.address).await;
        raw.write_if_open(b"\x02").await;
    }
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    let errors = node.errors();
    assert!(errors.lines().count() < peers / 4, "{errors}");
    honest.stop().await?;
    node.stop();
    Ok(())
}

#[tokio::test]
async fn a_peer_fills_no_log() -> Result<()> {
    is_not_filled_by(300, Besieged::serving()).await
}

#[tokio::test]
async fn a_node_whose_stderr_is_full_serves_on_and_stops() -> Result<()> {
    let (node, _unread) = Besieged::serving_unread();
    is_not_filled_by(100, node).await
}

/// Names a type so that a terminal would obey it, and a reader would take it for two lines.
#[tokio::test]
async fn what_a_peer_says_is_one_line_that_can_be_seen() -> Result<()> {
    let node = Besieged::serving();
    let mut raw = Raw::ours(&node.address).await;
    raw.send(&TransportMessage {
        onward: route!["failing"],
        payload: &text("one\ntwo\u{1b}[2J\u{202e}three\u{2028}four"),
        ..TransportMessage::default()
    })
    .await;
    raw.send(&TransportMessage {
        onward: route!["texts"],
        payload: &text("body"),
        extension: Some(Extension {
            type_name: Some("five\nsix\u{1b}[2J"),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
    .await;
    raw.send(&TransportMessage {
        onward: Address::from("seven\u{202e}\u{2028}").into(),
        payload: &text("body"),
        ..TransportMessage::default()
    })
    .await;
    raw.echo().await;
    let remains = node.stop();
    assert!(
        !remains.errors.contains(['\u{1b}', '\u{202e}', '\u{2028}']),
        "{remains:?}"
    );
    let start = |line: &str| {
        ["warning: ", "error: "]
            .iter()
            .any(|start| line.starts_with(start))
    };
    assert!(remains.errors.lines().all(start), "{remains:?}");
    assert!(
        remains.errors.contains("one\\ntwo\\u{1b}[2J"),
        "{remains:?}"
    );
    Ok(())
}
