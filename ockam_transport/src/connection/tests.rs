//! Receiving takes no lock of the sending side.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use ockam_body::BodyType;
use ockam_core::reply::slot;
use ockam_core::{Address, Addresses, Error, ErrorKind, Result, Route, Worker, route};
use ockam_node::transport::{Content, Gateway, Link, Outgoing};
use ockam_node::{Context, NodeBuilder};

use super::{Exposed, Inner, Peer, ReceivedRun};
use crate::accounts::WINDOW_MESSAGES;
use crate::message::{Extension, Failure, Grant, TransportMessage};
use crate::name::random_address;
use crate::quotas::Quotas;
use crate::settings::TransportSettings;

/// How long a frame may take to be received.
const LIMIT: Duration = Duration::from_secs(30);

struct Sink;

impl Worker for Sink {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: Vec<u8>) -> Result<()> {
        Ok(())
    }
}

fn connection(ctx: &Context) -> Result<Arc<Inner>> {
    connection_with(ctx, TransportSettings::new())
}

fn connection_with(ctx: &Context, settings: TransportSettings) -> Result<Arc<Inner>> {
    let exposed = Exposed::new(&Addresses::from("sink"));
    let settings = Arc::new(settings);
    let quotas = Arc::new(Quotas::new(&settings));
    let gateway = Gateway::new(ctx);
    let address = random_address();
    Inner::attach(
        &gateway,
        &settings,
        &quotas,
        address,
        Peer {
            name: "peer".into(),
            identity: None,
            depth: 0,
        },
        exposed,
    )
}

/// Sends a message, and gives it to the stream.
fn send(connection: &Inner, return_route: &Route) {
    assert!(queue(connection, return_route), "there is room");
    let mut queue = connection.lock();
    assert!(queue.take(&mut Vec::new(), &connection.inbound.control));
}

/// Queues a message to a worker of the peer. Tells whether there was room.
fn queue(connection: &Inner, return_route: &Route) -> bool {
    let onward = route!["worker"];
    let outgoing = Outgoing {
        onward: onward.hops(),
        return_route,
        content: Content {
            body: b"body",
            body_type: BodyType::default(),
        },
        trace: None,
        is_answer: false,
        stream: None,
    };
    connection.try_send(&outgoing).is_ok()
}

/// Returns one frame of each kind that a peer sends.
fn frames(asker: &str) -> Vec<Vec<u8>> {
    let ours = || Some(Extension::default());
    let message = |onward: Route, extension| TransportMessage {
        onward,
        return_route: route!["elsewhere"],
        payload: b"\x04body",
        tracing: None,
        extension,
    };
    let grants = (0..3).map(|number| Grant {
        to: Address::from(format!("worker-{number}")),
        messages: 256,
        bytes: 0,
    });
    let failure = Failure {
        kind: ErrorKind::UnknownAddress,
        id: 0,
        names: vec!["worker"],
    };
    let extensions = [
        Extension {
            grants: grants.collect(),
            ..Extension::default()
        },
        Extension {
            acknowledged: Some(2),
            ..Extension::default()
        },
        Extension {
            deadline: Some(Duration::from_secs(1)),
            ..Extension::default()
        },
    ];
    let mut all = vec![
        message(route![], ours()),
        message(route!["sink"], ours()),
        message(route!["sink"], ours()),
        message(route!["nobody"], ours()),
        message(route!["app", "desk"], ours()),
        message(route![asker], ours()),
    ];
    all.extend(extensions.map(|extension| message(route!["sink"], Some(extension))));
    for sender in [route!["app", "desk"], route!["nobody"]] {
        let extension = Extension {
            failure: Some(failure.clone()),
            ..Extension::default()
        };
        all.push(message(sender, Some(extension)));
    }
    // A peer of upstream, whose every frame tells that it is one.
    all.push(message(route!["sink"], None));
    let encode = |message: TransportMessage<'_>| {
        let mut frame = Vec::new();
        message.encode(&mut frame).expect("it is within the limits");
        frame
    };
    all.into_iter().map(encode).collect()
}

#[tokio::test]
async fn receiving_locks_nothing_of_the_sending_side() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("sink", Sink).await?;
    let connection = connection(&ctx)?;
    connection.connected();
    connection.inbound.greeted();
    send(&connection, &route!["app", "desk"]);
    let (asker, _answer) = slot::<Vec<u8>>(Duration::MAX);
    send(&connection, &Route::from(asker.clone()));
    let asker = String::from_utf8(asker.address().value().to_vec()).expect("names are text");

    let (received, all_received) = channel();
    let inbound = connection.inbound.clone();
    // Whoever needs this lock waits until the end.
    let queue = connection.lock();
    let receiving = thread::spawn(move || {
        let mut run = ReceivedRun::default();
        for frame in frames(&asker) {
            inbound.receive(&frame, &mut run)?;
            let followed = inbound.follow(std::iter::once(frame.as_slice()), &mut run);
            received.send(followed).expect("the test waits");
        }
        inbound.end_run(&mut run);
        inbound.acknowledge_soon(0);
        Ok::<_, Error>(())
    });
    let mut followed = 0;
    for number in 0..12 {
        let received = all_received.recv_timeout(LIMIT);
        followed += received.unwrap_or_else(|_| panic!("frame {number} waits for the sender"));
    }
    receiving.join().expect("it does not panic")?;
    drop(queue);
    assert!(followed > 0, "some frames go on with a run");
    connection.close(ErrorKind::Stopped, "the test is over");
    ctx.stop().await
}

#[tokio::test]
async fn credit_is_renewed_only_for_streams_that_were_used() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let connection = connection(&ctx)?;
    let fill = || {
        (0..)
            .take_while(|_| queue(&connection, &route!["app"]))
            .count()
    };
    connection.connected();
    assert_eq!(fill(), WINDOW_MESSAGES as usize);
    for _ in 0..3 {
        connection.disconnected("it was not greeted");
        connection.connected();
        assert_eq!(fill(), 0, "nothing of what is queued has been sent");
    }
    connection.inbound.greeted();
    assert!(
        connection
            .lock()
            .take(&mut Vec::new(), &connection.inbound.control)
    );
    connection.disconnected("it was cut");
    connection.connected();
    assert_eq!(fill(), WINDOW_MESSAGES as usize);

    connection.disconnected("it was not greeted");
    connection.give_up(ErrorKind::NoRoute, "there has been no stream for long");
    connection.connected();
    assert_eq!(
        fill(),
        WINDOW_MESSAGES as usize,
        "nothing is queued any more"
    );
    connection.close(ErrorKind::Stopped, "the test is over");
    ctx.stop().await
}

/// Returns how often those who wait for room are woken, until each of so many senders has sent a message.
async fn wake_ups(senders: usize) -> Result<usize> {
    let ctx = NodeBuilder::new().start().await?;
    // Room for a few messages at a time.
    let connection = connection_with(&ctx, TransportSettings::new().max_queued(500))?;
    connection.connected();
    let wake_ups = Arc::new(AtomicUsize::new(0));
    let sending: Vec<_> = (0..senders)
        .map(|number| {
            let (connection, wake_ups) = (connection.clone(), wake_ups.clone());
            tokio::spawn(async move {
                let (onward, back) = (route![format!("worker-{number}")], route!["app"]);
                let outgoing = Outgoing {
                    onward: onward.hops(),
                    return_route: &back,
                    content: Content {
                        body: b"body",
                        body_type: BodyType::default(),
                    },
                    trace: None,
                    is_answer: false,
                    stream: None,
                };
                while connection.try_send(&outgoing).is_err() {
                    let mut room = connection.room(onward.hops());
                    poll_fn(|cx| {
                        wake_ups.fetch_add(1, Ordering::Relaxed);
                        room.as_mut().poll(cx)
                    })
                    .await;
                }
            })
        })
        .collect();
    let mut buffer = Vec::new();
    while sending.iter().any(|sending| !sending.is_finished()) {
        tokio::task::yield_now().await;
        if !connection.lock().is_empty() {
            connection.take_frames(&mut buffer).await;
        }
    }
    ctx.stop().await?;
    Ok(wake_ups.load(Ordering::Relaxed))
}

#[tokio::test]
async fn twice_as_many_who_wait_are_woken_twice_as_often_and_not_more() -> Result<()> {
    let (one, two) = (wake_ups(200).await?, wake_ups(400).await?);
    assert!(two <= 2 * one + one / 4, "{one} {two}");
    assert!(two <= 4 * 400, "{two}");
    Ok(())
}
