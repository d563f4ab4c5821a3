//! Runs of similar messages that come with one read. Each message is still handled by itself.

mod refused;

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use ockam::{
    Context, ErrorKind, Listener, Result, Route, TransportSettings, Worker, async_worker, route,
};
use ockam_contract::pace::soon;
use ockam_contract::recorder::{Recorder, recorded};
use ockam_transport::{Extension, Grant, TransportMessage};
use serde::{Deserialize, Deserializer, Serialize};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::nodes::{connecting, denied, listening};
use crate::raw::{Raw, framed, text};
use crate::workers::Echoer;

fn extended<'a>(onward: &Route, return_route: &Route, payload: &'a [u8]) -> TransportMessage<'a> {
    TransportMessage {
        onward: onward.clone(),
        return_route: return_route.clone(),
        payload,
        extension: Some(Extension::default()),
        ..TransportMessage::default()
    }
}

/// Sends messages with one write, so that one read gets all of them.
async fn send_together<const N: usize>(raw: &mut Raw, messages: [TransportMessage<'_>; N]) {
    let frames: Vec<_> = messages.iter().map(framed).collect();
    raw.write(&frames.concat()).await;
}

async fn send_numbers(raw: &mut Raw, to: &Route, numbers: impl Iterator<Item = u64>) {
    let frames = numbers.map(|number| framed(&extended(to, &route!["raw"], &number.to_le_bytes())));
    raw.write(&frames.collect::<Vec<_>>().concat()).await;
}

/// Starts a node with a recorder, and a peer that is connected to it.
async fn recording() -> Result<(Context, Listener, UnboundedReceiver<u64>, Raw)> {
    let (server, listener) = listening(TransportSettings::new(), ["recorder", "echoer"]).await?;
    let (recorder, received) = Recorder::new();
    server.start_worker("recorder", recorder).await?;
    server.start_worker("echoer", Echoer).await?;
    let raw = Raw::ours(listener.local_address()).await;
    Ok((server, listener, received, raw))
}

async fn stop(server: Context, raw: Raw) -> Result<()> {
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn what_is_concealed_between_two_runs_is_not_reached_by_the_second() -> Result<()> {
    let (server, listener, mut received, mut raw) = recording().await?;
    let to = route!["recorder"];
    send_numbers(&mut raw, &to, 0..3).await;
    for number in 0..3 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    listener.conceal("recorder");
    send_numbers(&mut raw, &to, 3..6).await;
    for _ in 3..6 {
        let seen = raw.next().await.expect("a report");
        let failure = seen.failure.expect("it is refused");
        assert_eq!(failure.0, ErrorKind::UnknownAddress);
    }
    listener.expose("recorder");
    send_numbers(&mut raw, &to, 6..9).await;
    for number in 6..9 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    stop(server, raw).await
}

/// The `Deserialize` of number 1 waits until the test lets it go on.
#[derive(Serialize, Debug, PartialEq)]
struct Paused(u64);

/// The test's end, while a [`Paused`] message is read.
static PAUSE: Mutex<Option<(tokio::sync::oneshot::Sender<()>, mpsc::Receiver<()>)>> =
    Mutex::new(None);

impl<'de> Deserialize<'de> for Paused {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        let pause = PAUSE.lock().unwrap().take_if(|_| number == 1);
        if let Some((paused, go_on)) = pause {
            // The receiver of the message before this one needs the thread.
            tokio::task::block_in_place(|| {
                paused.send(()).expect("the test waits");
                go_on.recv().expect("the test lets it go on");
            });
        }
        Ok(Self(number))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_started_again_within_a_run_gets_the_rest_of_it() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "recorder").await?;
    let (recorder, first) = Recorder::<Paused>::new();
    server.start_worker("recorder", recorder).await?;
    let (paused, at_pause) = tokio::sync::oneshot::channel();
    let (go_on, gone_on) = mpsc::channel();
    *PAUSE.lock().unwrap() = Some((paused, gone_on));
    let mut raw = Raw::ours(listener.local_address()).await;
    send_numbers(&mut raw, &route!["recorder"], 0..5).await;
    soon(at_pause).await.expect("the second message is read");
    soon(server.stop_worker("recorder")).await?;
    let (recorder, mut second) = Recorder::<Paused>::new();
    server.start_worker("recorder", recorder).await?;
    go_on.send(()).expect("it is read");
    assert_eq!(recorded(first).await, [Paused(0)]);
    for number in 1..5 {
        assert_eq!(soon(second.recv()).await, Some(Paused(number)));
    }
    stop(server, raw).await
}

#[tokio::test]
async fn each_message_is_answered_along_its_own_return_route() -> Result<()> {
    let (server, _listener, _received, mut raw) = recording().await?;
    let to = route!["echoer"];
    let ways = [
        route!["raw", "one"],
        route!["raw", "one"],
        route!["raw", "two"],
        route!["raw"],
    ];
    let body = text("hello");
    send_together(&mut raw, ways.clone().map(|way| extended(&to, &way, &body))).await;
    for way in ways {
        let seen = raw.next().await.expect("an answer");
        assert_eq!((seen.onward, seen.payload), (way, text("hello")));
    }
    stop(server, raw).await
}

#[tokio::test]
async fn equal_questions_each_get_a_report() -> Result<()> {
    let (server, _listener, mut received, mut raw) = recording().await?;
    let question = TransportMessage {
        extension: Some(Extension {
            deadline: Some(Duration::from_secs(30)),
            ..Extension::default()
        }),
        ..extended(&route!["recorder"], &route!["raw"], &[7; 8])
    };
    send_together(&mut raw, [question.clone(), question.clone(), question]).await;
    for _ in 0..3 {
        assert!(soon(received.recv()).await.is_some());
        let seen = raw.next().await.expect("a report");
        let failure = seen.failure.expect("a recorder answers nobody");
        assert_eq!(failure.0, ErrorKind::NoReply);
    }
    stop(server, raw).await
}

#[tokio::test]
async fn a_return_route_serves_one_message_of_a_run() -> Result<()> {
    let (mut server, listener) = listening(TransportSettings::new(), ["app", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut desk = server.open("desk")?;
    let mut raw = Raw::ours(listener.local_address()).await;
    let body = text("here I am");
    raw.send(&extended(&route!["app"], &route!["raw"], &body))
        .await;
    let here = soon(server.receive::<String>()).await?;
    desk.send_message(here.return_route(), 7_u64).await?;
    assert!(raw.next().await.is_some());
    let bodies = ["one", "two", "three"].map(text);
    let messages = bodies
        .each_ref()
        .map(|body| extended(&route!["desk"], &route![], body));
    send_together(&mut raw, messages).await;
    assert_eq!(soon(desk.receive::<String>()).await?, "one");
    denied(&server, 2).await;
    raw.echo().await;
    drop(desk);
    stop(server, raw).await
}

/// Reports the trace context of each message.
struct Tracer(tokio::sync::mpsc::UnboundedSender<Option<String>>);

#[async_worker]
impl Worker for Tracer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.0.send(ctx.trace_context().map(str::to_owned));
        Ok(())
    }
}

#[tokio::test]
async fn each_message_has_its_own_trace_context() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "tracer").await?;
    let (sender, mut traces) = unbounded_channel();
    server.start_worker("tracer", Tracer(sender)).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    let (one, two) = (
        Some(r#"{"traceparent":"1"}"#),
        Some(r#"{"traceparent":"2"}"#),
    );
    let all = [None, None, one, one, two, one, None];
    let (to, back, body) = (route!["tracer"], route!["raw"], [7; 8]);
    let messages = all.map(|tracing| TransportMessage {
        tracing,
        ..extended(&to, &back, &body)
    });
    send_together(&mut raw, messages).await;
    for trace in all {
        assert_eq!(soon(traces.recv()).await, Some(trace.map(str::to_owned)));
    }
    stop(server, raw).await
}

#[tokio::test]
async fn the_grants_of_all_messages_are_added() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    ctx.start_worker("recorder", recorder).await?;
    let address = listener.local_addr()?.to_string();
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    connection.expose("recorder");
    raw.next_sign_of_life().await;
    let accepted = |ctx: &Context| {
        let route = route![&connection, "slow"];
        (0..10_000)
            .take_while(|number: &u64| ctx.try_send(&route, *number).is_ok())
            .count()
    };
    let window = accepted(&ctx);
    let body = [7; 8];
    let message = TransportMessage {
        extension: Some(Extension {
            grants: vec![Grant {
                to: "slow".into(),
                messages: 10,
                bytes: 0,
            }],
            ..Extension::default()
        }),
        ..extended(&route!["recorder"], &route!["raw"], &body)
    };
    send_together(&mut raw, [message.clone(), message.clone(), message]).await;
    for _ in 0..3 {
        assert!(soon(received.recv()).await.is_some());
    }
    assert_eq!((window, accepted(&ctx)), (1_024, 30));
    drop(raw);
    soon(ctx.stop()).await
}
