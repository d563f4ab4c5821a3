//! Clause 14 over a connection: dropping a future before it is done.

use ockam::{Result, TransportSettings, WorkerBuilder, route};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};
use tokio::net::TcpListener;

use crate::nodes::{connecting, pair};
use crate::raw::Raw;
use crate::workers::Echoer;

#[tokio::test]
async fn a_send_that_waited_for_room_was_not_sent() -> Result<()> {
    let pair = pair("gated").await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(1);
    worker.start(&pair.server).await?;
    let route = route![&pair.connection, "gated"];
    let mut sent = 0_u64;
    while pair.client.try_send(&route, sent).is_ok() {
        sent += 1;
    }
    let sender = pair.client.sender();
    let mut by_context = Box::pin(pair.client.send_message(&route, u64::MAX));
    let mut by_sender = Box::pin(sender.send_message(&route, u64::MAX));
    let mut by_ask = Box::pin(pair.client.ask::<u64>(&route, u64::MAX));
    assert!(poll_once(&mut by_context).await.is_pending());
    assert!(poll_once(&mut by_sender).await.is_pending());
    assert!(poll_once(&mut by_ask).await.is_pending());
    drop((by_context, by_sender, by_ask));
    gate.open_for_good();
    for number in 0..sent {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }
    soon(pair.client.send_message(&route, sent)).await?;
    assert_eq!(
        gate.next().await,
        Event::Begun(sent),
        "nothing is in between"
    );
    pair.stop().await
}

#[tokio::test]
async fn the_answer_to_an_ask_that_was_dropped_is_discarded() -> Result<()> {
    let pair = pair(["late", "echoer"]).await?;
    let mut late = pair.server.open("late")?;
    pair.server.start_worker("echoer", Echoer).await?;
    let mut asked = Box::pin(
        pair.client
            .ask::<u64>(route![&pair.connection, "late"], 7_u64),
    );
    assert!(poll_once(&mut asked).await.is_pending());
    let question = soon(late.receive::<u64>()).await?;
    drop(asked);
    late.send_message(question.return_route(), 8_u64).await?;
    let route = route![&pair.connection, "echoer"];
    let answer: String = soon(pair.client.ask(route, "goes on".to_string())).await?;
    assert_eq!(answer, "goes on");
    pair.stop().await
}

#[tokio::test]
async fn a_connect_that_was_dropped_leaves_nothing_behind() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let mut peer = {
        let mut connecting = Box::pin(tcp.connect(&address));
        let mut accepting = Box::pin(Raw::accept(&listener));
        // The connect waits for a greeting that does not come.
        tokio::select! {
            _ = &mut connecting => panic!("nobody has greeted"),
            peer = &mut accepting => peer,
        }
    };
    peer.closed().await;
    soon(ctx.stop()).await
}
