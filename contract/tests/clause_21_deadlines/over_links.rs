//! Over TCP connections, one after another.

use std::time::Duration;

use ockam::{
    Addresses, Connection, Context, ErrorKind, NodeBuilder, Result, TcpTransport, WorkerBuilder,
    route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};
use ockam_contract::raw::{Raw, text};
use ockam_transport::message::Cancelled;
use ockam_transport::{Extension, TransportMessage};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use super::scene::{Does, SECOND, Seen, does, watcher};

/// Three nodes: the first one reaches the last one over the one in the middle.
struct Line {
    first: Context,
    to_middle: Connection,
    middle: Context,
    to_last: Connection,
    last: Context,
}

impl Line {
    async fn start(exposed: impl Into<Addresses>) -> Result<Self> {
        let (first, middle, last) = tokio::try_join!(
            NodeBuilder::new().start(),
            NodeBuilder::new().start(),
            NodeBuilder::new().start(),
        )?;
        let listener = TcpTransport::new(&last)?
            .listen("127.0.0.1:0", exposed)
            .await?;
        let tcp = TcpTransport::new(&middle)?;
        let to_last = tcp.connect(listener.local_address()).await?;
        let listener = tcp.listen("127.0.0.1:0", to_last.address().clone()).await?;
        let to_middle = TcpTransport::new(&first)?
            .connect(listener.local_address())
            .await?;
        Ok(Self {
            first,
            to_middle,
            middle,
            to_last,
            last,
        })
    }

    fn route(&self, worker: &str) -> ockam::Route {
        route![&self.to_middle, &self.to_last, worker]
    }

    async fn stop(self) -> Result<()> {
        for ctx in [self.first, self.middle, self.last] {
            soon(ctx.stop()).await?;
        }
        Ok(())
    }
}

async fn begun(seen: &mut UnboundedReceiver<Seen>) -> Option<Duration> {
    match soon(seen.recv()).await {
        Some(Seen::Begun(_, left)) => left,
        other => panic!("a question is begun, not {other:?}"),
    }
}

#[tokio::test]
async fn the_time_that_is_left_goes_along() -> Result<()> {
    let line = Line::start("worker").await?;
    let worker = does(|ctx, _| Box::pin(async move { ctx.reply(ctx.time_left()).await }));
    line.last.start_worker("worker", worker).await?;
    for timeout in [SECOND * 20, SECOND * 7] {
        let asked = line.first.ask_timeout(line.route("worker"), 1_u64, timeout);
        let left: Option<Duration> = asked.await?;
        let left = left.expect("it was asked");
        assert!(
            left <= timeout && left > timeout - SECOND * 5,
            "{left:?} of {timeout:?}"
        );
    }
    line.stop().await
}

#[tokio::test]
async fn a_handler_hears_of_a_dropped_ask_and_of_one_whose_time_is_over() -> Result<()> {
    let line = Line::start("watcher").await?;
    let (worker, mut seen) = watcher();
    line.last.start_worker("watcher", worker).await?;
    for number in 0..20 {
        let mut asked = Box::pin(line.first.ask::<u64>(line.route("watcher"), number));
        assert!(poll_once(&mut asked).await.is_pending());
        begun(&mut seen).await;
        drop(asked);
        assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(number)));
    }
    let short = Duration::from_millis(50);
    let asked = line
        .first
        .ask_timeout::<u64>(line.route("watcher"), 20_u64, short);
    assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(begun(&mut seen).await.is_some_and(|left| left <= short));
    assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(20)));
    line.stop().await
}

/// The ask ends long before its deadline with its connection, on each node behind it.
#[tokio::test]
async fn a_handler_hears_of_an_asker_that_vanishes() -> Result<()> {
    let line = Line::start("watcher").await?;
    let (worker, mut seen) = watcher();
    line.last.start_worker("watcher", worker).await?;
    let mut asked = Box::pin(line.first.ask::<u64>(line.route("watcher"), 1_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    begun(&mut seen).await;
    line.to_middle.close().await;
    assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(1)));
    assert!(asked.await.is_err());
    line.stop().await
}

#[tokio::test]
async fn what_the_handler_asks_ends_with_its_asker() -> Result<()> {
    let mut line = Line::start("front").await?;
    let (worker, mut seen) = watcher();
    line.middle.start_worker("watcher", worker).await?;
    let front =
        does(|ctx, number| Box::pin(async move { ctx.ask::<u64>("back", number).await.map(drop) }));
    line.last.start_worker("front", front).await?;
    let back = does(|ctx, _| {
        Box::pin(async move {
            let left = ctx.time_left();
            ctx.cancelled().await;
            ctx.send_message("app", left).await
        })
    });
    line.last.start_worker("back", back).await?;
    let short = Duration::from_millis(100);
    let asked = line
        .first
        .ask_timeout::<u64>(line.route("front"), 1_u64, short);
    assert!(asked.await.is_err());
    let left = soon(line.last.receive::<Option<Duration>>())
        .await?
        .into_body();
    assert!(left.is_some_and(|left| left <= short), "{left:?}");
    assert!(seen.try_recv().is_err());
    line.stop().await
}

#[tokio::test]
async fn a_question_that_comes_too_late_is_not_begun() -> Result<()> {
    let line = Line::start("gated").await?;
    let (worker, mut gate) = gated();
    let handle = line.last.start_worker("gated", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let short = Duration::from_millis(30);
    for late in 2..5_u64 {
        let asked = line
            .first
            .ask_timeout::<u64>(line.route("gated"), late, short);
        assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::TimedOut);
    }
    // Behind them, whatever they were.
    line.first.send_message(line.route("gated"), 5_u64).await?;
    eventually("all have come", || handle_is_full(&line.last, 4)).await;
    gate.open_for_good();
    for event in [Event::Done(1), Event::Begun(5), Event::Done(5)] {
        assert_eq!(gate.next().await, event);
    }
    assert_eq!(line.last.dead_letters(), 3);
    line.stop().await
}

fn handle_is_full(ctx: &Context, messages: usize) -> bool {
    ctx.inspect_worker("gated")
        .is_ok_and(|report| report.queued == messages)
}

#[tokio::test]
async fn a_handler_with_a_limit_tells_the_asker() -> Result<()> {
    let line = Line::start("stuck").await?;
    let stuck: Does<_> = does(|_, _| Box::pin(std::future::pending()));
    let builder = WorkerBuilder::new("stuck", stuck).handler_timeout(Duration::from_millis(30));
    builder.start(&line.last).await?;
    let asked = line.first.ask::<u64>(line.route("stuck"), 1_u64);
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::TimedOut);
    line.stop().await
}

async fn listening(exposed: &'static str) -> Result<(Context, String)> {
    let ctx = NodeBuilder::new().start().await?;
    let listener = TcpTransport::new(&ctx)?
        .listen("127.0.0.1:0", [exposed, "echoer"])
        .await?;
    Ok((ctx, listener.local_address().to_string()))
}

fn question<'a>(number: &'a [u8], deadline: Duration, name: &str) -> TransportMessage<'a> {
    TransportMessage {
        onward: route!["watcher"],
        return_route: route![name],
        payload: number,
        extension: Some(Extension {
            type_name: Some("u64"),
            deadline: Some(deadline),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    }
}

fn cancellation(name: &str) -> TransportMessage<'static> {
    TransportMessage {
        return_route: route![name],
        extension: Some(Extension {
            cancelled: Some(Cancelled::Dropped),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    }
}

#[tokio::test]
async fn a_peer_may_say_any_time_and_cancel_anything() -> Result<()> {
    let (ctx, address) = listening("watcher").await?;
    let (worker, mut seen) = watcher();
    ctx.start_worker("watcher", worker).await?;
    let mut raw = Raw::ours(&address).await;
    let number = |number: u64| number.to_le_bytes();
    raw.send(&question(&number(1), Duration::MAX, "one")).await;
    let longest = Duration::from_secs(10 * 60);
    assert!(begun(&mut seen).await.is_some_and(|left| left <= longest));
    // Of nobody, of another one, without a way back.
    for name in ["nobody", "two"] {
        raw.send(&cancellation(name)).await;
    }
    raw.send(&TransportMessage {
        return_route: route![],
        ..cancellation("")
    })
    .await;
    // Its time is over when it comes. The next one is begun.
    raw.send(&question(&number(2), Duration::ZERO, "two")).await;
    raw.send(&question(&number(3), SECOND * 60, "three")).await;
    let mut other = Raw::ours(&address).await;
    other.send(&cancellation("one")).await;
    other.send(&cancellation("three")).await;
    other.sign_of_life().await;
    for _ in 0..2 {
        raw.send(&cancellation("one")).await;
    }
    assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(1)));
    let left = begun(&mut seen).await;
    assert!(left.is_some_and(|left| left <= SECOND * 60), "{left:?}");
    assert_eq!(ctx.dead_letters(), 1);
    assert!(
        seen.try_recv().is_err(),
        "another connection can't cancel it"
    );
    raw.send(&cancellation("three")).await;
    assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(3)));
    // A name may be used again, while the question before it is open.
    raw.send(&question(&number(4), SECOND * 60, "same")).await;
    begun(&mut seen).await;
    raw.send(&question(&number(5), SECOND * 60, "same")).await;
    raw.send(&cancellation("same")).await;
    drop(raw);
    assert_eq!(
        soon(seen.recv()).await,
        Some(Seen::Cancelled(4)),
        "with its connection"
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_peer_is_told_once_and_only_if_it_knows_what_it_means() -> Result<()> {
    for (version, is_told) in [(4, false), (5, true)] {
        let ctx = NodeBuilder::new().start().await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let tcp = TcpTransport::new(&ctx)?;
        let (connection, raw) = tokio::join!(
            tcp.connect(&address),
            Raw::accept_version(&listener, version)
        );
        let (connection, mut raw) = (connection?, raw);
        for number in 0..3_u64 {
            let route = route![&connection, "worker"];
            let mut asked = Box::pin(ctx.ask::<u64>(route, number));
            assert!(poll_once(&mut asked).await.is_pending());
            let question = raw.next().await.expect("the question comes");
            drop(asked);
            if is_told {
                let told = raw.next_frame().await.expect("it is told");
                assert_eq!(told.cancelled, Some(Cancelled::Dropped));
                assert_eq!(told.return_route, question.return_route);
            }
            // An answer that was under way does no harm, and nothing else is said.
            raw.tell(question.return_route, route![], &text("late"))
                .await;
        }
        ctx.send_message(route![&connection, "worker"], 7_u64)
            .await?;
        let next = raw.next_frame().await.expect("the tell comes");
        assert_eq!((next.onward, next.cancelled), (route!["worker"], None));
        ctx.stop().await?;
    }
    Ok(())
}
