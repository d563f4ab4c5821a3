//! Routes over several nodes.

use ockam::{
    Any, Context, ErrorKind, Result, Routed, TransportSettings, Worker, WorkerBuilder,
    async_worker, route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;

use crate::nodes::{Pair, listening, pair, tcp_address};
use crate::raw::{Raw, text};
use crate::workers::{Do, Echoer, Moody, Sends};

/// Starts a pair of nodes and a third one. The server is in the middle, and peers may make it connect
/// to the third one.
async fn three() -> Result<(Pair, Context, ockam::Address)> {
    let (far, listener) = listening(
        TransportSettings::new(),
        ["echoer", "moody", "nobody", "gated"],
    )
    .await?;
    far.start_worker("echoer", Echoer).await?;
    far.start_worker("moody", Moody).await?;
    let address = tcp_address(listener.local_address());
    let pair = pair(vec![address.clone(), "hop".into()]).await?;
    pair.server.start_worker("hop", Hop).await?;
    Ok((pair, far, address))
}

#[tokio::test]
async fn a_node_in_the_middle_passes_messages_on_both_ways() -> Result<()> {
    let (mut pair, far, address) = three().await?;
    let ways = [
        route![&pair.connection, &address, "echoer"],
        route![&pair.connection, "hop", &address, "echoer"],
        route![&pair.connection, "hop", "hop", &address, "echoer"],
    ];
    for route in ways {
        let answer: String = soon(pair.client.ask(&route, "asked".to_string())).await?;
        assert_eq!(answer, "asked");
        pair.client.send_message(&route, "sent".to_string()).await?;
        let reply = soon(pair.client.receive::<String>()).await?;
        assert_eq!(reply, "sent");
        // The return route leads back there.
        let answer: String =
            soon(pair.client.ask(reply.return_route(), "again".to_string())).await?;
        assert_eq!(answer, "again");
    }
    pair.stop().await?;
    soon(far.stop()).await
}

#[tokio::test]
async fn workers_in_front_of_a_connection_pass_the_answer_back() -> Result<()> {
    let mut pair = pair(["echoer", "nobody"]).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    for hop in ["one", "two", "three"] {
        pair.client.start_worker(hop, Hop).await?;
    }
    for route in [
        route!["one", &pair.connection, "echoer"],
        route!["one", "two", &pair.connection, "echoer"],
        route!["one", "two", "three", &pair.connection, "echoer"],
    ] {
        let answer: String = soon(pair.client.ask(&route, "asked".to_string())).await?;
        assert_eq!(answer, "asked");
        pair.client.send_message(&route, "sent".to_string()).await?;
        let reply = soon(pair.client.receive::<String>()).await?;
        assert_eq!(reply, "sent");
        assert_eq!(reply.return_route(), &route, "back by the same way");
    }
    let nobody = route!["one", "two", &pair.connection, "nobody"];
    let error = soon(pair.client.ask::<u64>(&nobody, 7_u64))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    let (sends, mut failures) = Sends::<u64>::new(nobody);
    pair.client.start_worker("sends", sends).await?;
    pair.client.send_message("sends", 7_u64).await?;
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress, "{failure}");
    pair.stop().await
}

#[tokio::test]
async fn failures_come_back_over_two_connections() -> Result<()> {
    crate::log_lines::record();
    let (pair, far, address) = three().await?;
    for (to, question, kind) in [
        ("nobody", Do::Answer, ErrorKind::UnknownAddress),
        ("hidden", Do::Answer, ErrorKind::UnknownAddress),
        ("echoer", Do::Answer, ErrorKind::WrongType),
        ("moody", Do::Drop, ErrorKind::NoReply),
        ("moody", Do::Fail, ErrorKind::InvalidInput),
    ] {
        for route in [
            route![&pair.connection, &address, to],
            route![&pair.connection, "hop", &address, to],
        ] {
            let asked = pair.client.ask::<u64>(&route, question);
            let error = soon(asked).await.expect_err("there is no answer");
            assert_eq!(error.kind(), kind, "{route}: {error}");
        }
    }
    // The node in the middle logs nothing about a failure at the other one.
    let place = String::from_utf8_lossy(address.value());
    let lines = crate::log_lines::lines_with(&format!("of {place}"));
    let about = |line: &&String| line.contains("a question from another node failed");
    assert_eq!(lines.iter().find(about), None);
    for to in ["nobody", "hidden"] {
        let route = route![&pair.connection, &address, to];
        let (sends, mut failures) = Sends::<u64>::new(route);
        pair.client.start_worker("sends", sends).await?;
        pair.client.send_message("sends", 7_u64).await?;
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::UnknownAddress, "{failure}");
        assert!(failure.to_string().contains(to), "{failure}");
        pair.client.stop_worker("sends").await?;
    }
    pair.stop().await?;
    soon(far.stop()).await
}

#[tokio::test]
async fn an_answer_over_two_connections_is_all_that_comes_back() -> Result<()> {
    let (pair, far, address) = three().await?;
    let mut raw = Raw::ours(pair.listener.local_address()).await;
    let extension = ockam_transport::Extension {
        deadline: Some(std::time::Duration::from_secs(30)),
        ..Default::default()
    };
    for _ in 0..3 {
        raw.send(&ockam_transport::TransportMessage {
            onward: route![&address, "echoer"],
            return_route: route!["raw"],
            payload: &text("hello"),
            extension: Some(extension.clone()),
            ..Default::default()
        })
        .await;
        let seen = raw.next().await.expect("an answer");
        assert_eq!((seen.onward, seen.failure), (route!["raw"], None));
        assert_eq!(seen.payload, text("hello"));
    }
    drop(raw);
    pair.stop().await?;
    soon(far.stop()).await
}

/// Looks at its messages, and forwards them as the bytes that it received.
struct Customs {
    seen: Vec<String>,
}

#[async_worker]
impl Worker for Customs {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        if msg.onward_route().is_empty() {
            return ctx.reply(self.seen.clone()).await;
        }
        self.seen.push(match msg.downcast_ref::<String>() {
            Some(text) => format!("text {text}"),
            None => format!("a {}", msg.type_name()),
        });
        ctx.forward(msg).await
    }
}

#[tokio::test]
async fn a_worker_can_look_into_what_it_passes_on() -> Result<()> {
    let (pair, far, address) = three().await?;
    let customs = Customs { seen: Vec::new() };
    pair.server.start_worker("customs", customs).await?;
    pair.listener.expose(["customs", "recorder"]);
    let (recorder, mut received) = Recorder::<Do>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "customs", &address, "echoer"];
    let answer: String = soon(pair.client.ask(route, "wine".to_string())).await?;
    assert_eq!(answer, "wine");
    let route = route![&pair.connection, "customs", "recorder"];
    pair.client.send_message(route, Do::Wait).await?;
    assert_eq!(soon(received.recv()).await, Some(Do::Wait));
    let route = route![&pair.connection, "customs"];
    let seen: Vec<String> = soon(pair.client.ask(route, ())).await?;
    assert_eq!(
        seen,
        ["text wine", "text wine", "a Do"],
        "the answer came by, too"
    );
    pair.stop().await?;
    soon(far.stop()).await
}

#[tokio::test]
async fn a_slow_worker_behind_a_middle_does_not_hold_up_another_one_there() -> Result<()> {
    /// More messages than the far node accepts for the slow worker, so that the rest waits in the
    /// middle.
    const MESSAGES: u64 = 1_500;
    let (pair, far, address) = three().await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(4);
    worker.start(&far).await?;
    let slow = route![&pair.connection, &address, "gated"];
    for number in 0..MESSAGES {
        soon(pair.client.send_message(&slow, number)).await?;
    }
    let echoer = route![&pair.connection, &address, "echoer"];
    let answer: String = soon(pair.client.ask(echoer, "past them".to_string())).await?;
    assert_eq!(answer, "past them");
    gate.open_for_good();
    for number in 0..MESSAGES {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }
    pair.stop().await?;
    soon(far.stop()).await
}

#[tokio::test]
async fn a_middle_that_can_not_connect_says_so() -> Result<()> {
    let (pair, far, address) = three().await?;
    soon(far.stop()).await?;
    let asked = pair
        .client
        .ask::<String>(route![&pair.connection, &address, "echoer"], 7_u64);
    let error = soon(asked).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, &address, "echoer"]);
    pair.client.start_worker("sends", sends).await?;
    pair.client.send_message("sends", 7_u64).await?;
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::NoRoute, "{failure}");
    pair.stop().await
}

#[tokio::test]
async fn a_far_node_that_stops_ends_what_was_asked_of_it() -> Result<()> {
    let (pair, far, address) = three().await?;
    let (sender, route) = (
        pair.client.sender(),
        route![&pair.connection, &address, "moody"],
    );
    // The answer shows that the connection is there.
    let _: u64 = soon(pair.client.ask(&route, Do::Answer)).await?;
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, Do::Wait).await });
    let echo = route![&pair.connection, &address, "echoer"];
    let _: String = soon(pair.client.ask(echo, "behind it".to_string())).await?;
    eventually("the question is being handled", || {
        far.list_workers().len() == 2
    })
    .await;
    far.kill_worker("moody").await?;
    soon(far.stop()).await?;
    let error = soon(asked).await?.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::NoReply | ErrorKind::OutcomeUnknown | ErrorKind::Stopped
        ),
        "{error}"
    );
    pair.stop().await
}
