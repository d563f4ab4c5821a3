//! Peers that speak another version of what this framework adds to the wire of upstream.

use ockam::{Result, TransportSettings, route};
use ockam_contract::pace::soon;
use tokio::net::TcpListener;

use crate::nodes::connecting;
use crate::raw::Raw;

/// The version that nodes speak now.
const VERSION: u64 = 6;

/// How many messages may be under way on one connection if the peer acknowledges them.
const MAX_IN_FLIGHT: u64 = 64 * 1024;

/// Returns the version that a node speaks to a peer of another one.
async fn spoken_to(announced: u64) -> Result<Option<u64>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut raw) = tokio::join!(
        tcp.connect(&address),
        Raw::accept_version(&listener, announced)
    );
    soon(ctx.send_message(route![&connection?, "x"], 7_u64)).await?;
    let message = raw.next().await.expect("the message");
    assert_eq!(message.onward, route!["x"]);
    drop(raw);
    soon(ctx.stop()).await?;
    Ok(message.version)
}

#[tokio::test]
async fn a_peer_is_spoken_to_in_the_highest_version_that_both_know() -> Result<()> {
    for (announced, spoken) in [
        (1, 1),
        (2, 2),
        (3, 3),
        (4, 4),
        (VERSION, VERSION),
        (VERSION + 5, VERSION),
        (u64::MAX, VERSION),
    ] {
        assert_eq!(spoken_to(announced).await?, Some(spoken), "{announced}");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_waits_for_acknowledgements_of_a_peer_that_knows_none() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut raw) =
        tokio::join!(tcp.connect(&address), Raw::accept_version(&listener, 1));
    let (sender, connection) = (ctx.sender(), connection?);
    // A window for each worker, so that credit is no limit.
    let sending = tokio::spawn(async move {
        for number in 0..MAX_IN_FLIGHT + 1_000 {
            let worker = format!("worker-{}", number / 100);
            sender
                .send_message(route![&connection, worker], number)
                .await?;
        }
        Ok::<_, ockam::Error>(())
    });
    for number in 0..MAX_IN_FLIGHT + 1_000 {
        let message = raw.next().await.expect("the next one");
        assert_eq!(message.acknowledged, None);
        assert_eq!(message.onward, route![format!("worker-{}", number / 100)]);
    }
    soon(sending).await.expect("the sender does not panic")?;
    drop(raw);
    soon(ctx.stop()).await
}
