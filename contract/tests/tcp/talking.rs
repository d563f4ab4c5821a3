//! Messages to another node and back. The calls are the same as on one node.

use ockam::{Address, Any, Context, ErrorKind, Result, Routed, Worker, async_worker, route};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;

use crate::nodes::pair;
use crate::workers::Echoer;

#[tokio::test]
async fn a_worker_of_another_node_answers() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    for number in 0..100 {
        let question = format!("question {number}");
        let route = route![&pair.connection, "echoer"];
        let answer: String = soon(pair.client.ask(route, question.clone())).await?;
        assert_eq!(answer, question);
    }
    pair.stop().await
}

#[tokio::test]
async fn main_sends_and_receives() -> Result<()> {
    let mut pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let route = route![&pair.connection, "echoer"];
    pair.client
        .send_message(&route, "hello".to_string())
        .await?;
    let reply = soon(pair.client.receive::<String>()).await?;
    assert_eq!(reply, "hello");
    assert_eq!(reply.return_route(), &route, "it can be answered in turn");
    pair.stop().await
}

/// Asks the sender of a number for another one, and sends back the sum.
struct Curious;

#[async_worker]
impl Worker for Curious {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        let back = msg.return_route().clone();
        let next: u64 = ctx.ask(&back, *msg + 1).await?;
        ctx.send_message(back, *msg + next).await
    }
}

/// Sends to [`Curious`], answers its question, and forwards the result to a third worker.
struct Begins(ockam::Route);

#[async_worker]
impl Worker for Begins {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        match msg {
            0 => ctx.send_message(&self.0, 10_u64).await,
            11 => ctx.reply(msg * 100).await,
            sum => ctx.send_message("recorder", sum).await,
        }
    }
}

#[tokio::test]
async fn the_side_that_listens_asks_the_side_that_connected() -> Result<()> {
    let pair = pair("curious").await?;
    pair.server.start_worker("curious", Curious).await?;
    pair.connection.expose("begins");
    let begins = Begins(route![&pair.connection, "curious"]);
    pair.client.start_worker("begins", begins).await?;
    let (recorder, mut sums) = Recorder::<u64>::new();
    pair.client.start_worker("recorder", recorder).await?;
    pair.client.send_message("begins", 0_u64).await?;
    assert_eq!(soon(sums.recv()).await, Some(10 + 1_100));
    pair.stop().await
}

/// Forwards the messages of each member of the room to the others.
struct Room(Vec<ockam::Route>);

#[async_worker]
impl Worker for Room {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let from = msg.return_route().clone();
        if !self.0.contains(&from) {
            self.0.push(from.clone());
        }
        for route in self.0.iter().filter(|route| **route != from) {
            ctx.send_message(route, msg.to_string()).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn nodes_that_connected_talk_through_the_one_that_listens() -> Result<()> {
    let one = pair("room").await?;
    one.server.start_worker("room", Room(Vec::new())).await?;
    let (mut two, tcp) = crate::nodes::connecting(Default::default()).await?;
    let connection = tcp.connect(one.listener.local_address()).await?;
    connection.expose("app");
    one.connection.expose("app");
    let mut one_ctx = one.client;
    let (room_of_one, room_of_two) = (route![&one.connection, "room"], route![&connection, "room"]);
    two.send_message(&room_of_two, "two enters".to_string())
        .await?;
    // Until the room knows both.
    loop {
        one_ctx
            .send_message(&room_of_one, "is two here?".to_string())
            .await?;
        let heard = two.receive_timeout::<String>(std::time::Duration::from_millis(20));
        if heard.await.is_ok() {
            break;
        }
    }
    for number in 0..100_u64 {
        two.send_message(&room_of_two, format!("ping {number}"))
            .await?;
        assert_eq!(
            soon(one_ctx.receive::<String>()).await?,
            format!("ping {number}")
        );
        one_ctx
            .send_message(&room_of_one, format!("pong {number}"))
            .await?;
        let wanted = format!("pong {number}");
        soon(two.receive_matching::<String>(|said| **said == wanted)).await?;
    }
    soon(two.stop()).await?;
    soon(one_ctx.stop()).await?;
    soon(one.server.stop()).await
}

#[tokio::test]
async fn a_route_that_ends_at_the_connection_leads_nowhere() -> Result<()> {
    let pair = pair("echoer").await?;
    let sent = pair.client.send_message(&pair.connection, 7_u64).await;
    let mut error = sent.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert!(
        error.to_string().contains(pair.connection.peer()),
        "{error}"
    );
    assert_eq!(error.take::<u64>(), Some(7));
    pair.stop().await
}

#[tokio::test]
async fn an_address_arrives_in_a_message_as_it_was() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<Vec<Address>>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let sent = vec![
        Address::from("a#b => c"),
        Address::local([0xff, 0]),
        crate::nodes::tcp_address("example.org:4000"),
    ];
    let route = route![&pair.connection, "recorder"];
    pair.client.send_message(route, sent.clone()).await?;
    assert_eq!(soon(received.recv()).await, Some(sent));
    pair.stop().await
}

/// Reports the address that was used.
struct Doors;

#[async_worker]
impl Worker for Doors {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, _msg: ()) -> Result<()> {
        ctx.reply(ctx.address().clone()).await
    }
}

#[tokio::test]
async fn a_worker_knows_by_which_address_it_was_reached() -> Result<()> {
    let pair = pair(["front", "back"]).await?;
    pair.server
        .start_worker(["front", "back", "roof"], Doors)
        .await?;
    for door in ["front", "back", "front"] {
        let said: Address = soon(pair.client.ask(route![&pair.connection, door], ())).await?;
        assert_eq!(said, Address::from(door));
    }
    let closed = pair
        .client
        .ask::<Address>(route![&pair.connection, "roof"], ());
    let error = soon(closed).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::UnknownAddress,
        "each address is exposed by itself"
    );
    pair.stop().await
}

#[tokio::test]
async fn what_is_in_any_leaves_as_what_it_is() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let route = route![&pair.connection, "echoer"];
    let any = Any::new("in any".to_string());
    let answer: Any = soon(pair.client.ask(&route, any)).await?;
    assert_eq!(
        answer.downcast_ref::<String>().map(String::as_str),
        Some("in any")
    );
    let number = soon(pair.client.ask::<Any>(&route, Any::new(7_u64))).await;
    assert_eq!(number.unwrap_err().kind(), ErrorKind::WrongType);
    pair.stop().await
}
