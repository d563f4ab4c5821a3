use ockam::{ConnectionReport, ConnectionState, Context, NodeBuilder, Result, TcpTransport, route};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use super::Busy;

/// Returns what a node knows of its only connection.
fn only(ctx: &Context) -> ConnectionReport {
    let mut connections = ctx.inspect().connections;
    assert_eq!(connections.len(), 1, "{connections:?}");
    connections.remove(0)
}

#[tokio::test]
async fn what_is_under_way_on_a_connection_shows() -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    let client = NodeBuilder::new().start().await?;
    assert_eq!(client.inspect().connections, []);
    server.start_worker("busy", Busy).await?;
    let tcp = TcpTransport::new(&server)?;
    let listener = tcp.listen("127.0.0.1:0", "busy").await?;
    let address = listener.local_address();
    let connection = TcpTransport::new(&client)?.connect(address).await?;
    let idle = only(&client);
    assert_eq!(
        (&idle.address, &*idle.peer, idle.state),
        (connection.address(), address, ConnectionState::Connected)
    );
    let figures = |it: &ConnectionReport| (it.queued_bytes, it.open_asks, it.without_credit);
    assert_eq!(figures(&idle), (0, 0, 0));
    assert_eq!(only(&server).state, ConnectionState::Connected);

    // The worker hangs with one message, and 1,023 wait in its mailbox: there is no credit for another one.
    let busy = route![&connection, "busy"];
    for _ in 0..1_024 {
        client
            .send_message(busy.clone(), "hang".to_string())
            .await?;
    }
    eventually("all is acknowledged", || only(&client).in_flight == 0).await;
    let asked = client.ask::<String>(busy, "hello".to_string());
    let mut asked = Box::pin(asked);
    tokio::select! {
        biased;
        _ = &mut asked => panic!("the worker hangs"),
        () = eventually("it waits", || only(&client).without_credit == 1) => {}
    }
    let table = client.inspect().to_string();
    let row = table.lines().last().expect("a row for the connection");
    assert!(
        row.contains(address) && row.contains("connected"),
        "{table}"
    );
    let json = serde_json::to_value(client.inspect()).expect("it is data");
    assert_eq!(json["connections"][0]["state"], "connected");
    assert_eq!(json["connections"][0]["without_credit"], 1);

    drop(asked);
    eventually("nobody waits", || only(&client).without_credit == 0).await;
    server.kill_worker("busy").await?;
    soon(connection.close()).await;
    assert_eq!(client.inspect().connections, []);
    client.stop().await?;
    server.stop().await
}

#[tokio::test]
async fn a_question_without_an_answer_shows_and_so_does_a_lost_connection() -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    let client = NodeBuilder::new().start().await?;
    server.start_worker("busy", Busy).await?;
    let listener = TcpTransport::new(&server)?;
    let listener = listener.listen("127.0.0.1:0", "busy").await?;
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(listener.local_address()).await?;
    let (sender, busy) = (client.sender(), route![&connection, "busy"]);
    let asking = tokio::spawn(async move { sender.ask::<String>(busy, "hang".to_string()).await });
    eventually("it is asked", || only(&client).open_asks == 1).await;
    server.kill_worker("busy").await?;
    soon(asking).await.expect("it doesn't panic").unwrap_err();
    eventually("the ask has ended", || only(&client).open_asks == 0).await;

    server.stop().await?;
    eventually("it is lost", || {
        only(&client).state == ConnectionState::Lost
    })
    .await;
    client.stop().await
}
