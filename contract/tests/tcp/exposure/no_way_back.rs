//! Messages without a way back, such as the frames of upstream's secure channels, which go on to another node.

use ockam::{Result, Route, TransportSettings, route};
use ockam_contract::pace::soon;
use ockam_transport::TransportMessage;

use crate::nodes::{listening, tcp_address};
use crate::raw::{Raw, Seen};

async fn next(raw: &mut Raw) -> Seen {
    soon(raw.next()).await.expect("the connection is open")
}

#[tokio::test]
async fn they_tell_by_which_connection_they_have_come() -> Result<()> {
    let far = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let far_address = tcp_address(&far.local_addr()?.to_string());
    let settings = TransportSettings::new();
    let (middle, listener) = listening(settings, far_address.clone()).await?;
    let mut near = Raw::upstream(listener.local_address()).await;
    near.tell(
        route![far_address.clone(), "secure"],
        route!["channel"],
        b"1",
    )
    .await;
    let mut far = Raw::accept(&far).await;
    far.write(&[ockam_transport::frame::VERSION]).await;
    let first = next(&mut far).await;
    // As the responder of a channel does, which takes the way of the frame, and puts the address behind it that it
    // has known from the beginning.
    near.tell(route![far_address, "channel"], route![], b"2")
        .await;
    let second = next(&mut far).await;
    let mut to_channel: Route = second.return_route.clone();
    to_channel.push_back("channel");
    assert_eq!(first.return_route, to_channel);
    for body in [&b"3"[..], b"4", b"5"] {
        far.tell(to_channel.clone(), route![], body).await;
        let answer = next(&mut near).await;
        assert_eq!(answer.payload, body, "more come back than have left");
        assert_eq!(answer.onward, route!["channel"]);
        // With one address, it could be a worker of the node in the middle.
        assert_eq!(answer.return_route.len(), 2, "{}", answer.return_route);
    }
    drop((near, far));
    soon(middle.stop()).await
}

#[tokio::test]
async fn who_gets_one_can_not_answer() -> Result<()> {
    let (mut ctx, listener) = listening(TransportSettings::new(), "app").await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    let message = TransportMessage {
        onward: route!["app"],
        payload: &[7, 0, 0, 0, 0, 0, 0, 0],
        ..TransportMessage::default()
    };
    raw.send(&message).await;
    let message = soon(ctx.receive::<u64>()).await?;
    assert!(
        message.return_route().is_empty(),
        "{}",
        message.return_route()
    );
    soon(ctx.stop()).await
}
