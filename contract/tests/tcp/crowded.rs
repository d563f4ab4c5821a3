//! A peer that uses all the room it can get leaves room for others (clauses 4 and 11).

use std::time::Duration;

use ockam::{ErrorKind, Result, route};
use ockam_contract::pace::soon;
use ockam_transport::{Extension, TransportMessage};
use tokio::net::TcpListener;

use crate::nodes::{pair, tcp_address};
use crate::raw::{Raw, framed};

/// The number of questions that a peer sends to each worker, which is as many as it may send.
const EACH: u64 = 1_000;
const WORKERS: u64 = 67;

/// Answers the questions for `echoer`, and leaves all other questions open.
async fn answer(listener: TcpListener) {
    let mut raw = Raw::accept_ours(&listener).await;
    let mut taken_in = 0;
    while let Some(seen) = raw.next().await {
        taken_in += 1;
        if taken_in % 1_000 == 0 {
            raw.acknowledge(taken_in).await;
        }
        if seen.onward == route!["echoer"] {
            raw.tell(seen.return_route, route![], &seen.payload).await;
        }
    }
}

/// Returns the frames of questions for workers behind another node.
fn questions(far: &ockam::Address) -> Vec<u8> {
    let questions = (0..WORKERS * EACH).map(|number| {
        framed(&TransportMessage {
            onward: route![far, (number / EACH).to_string()],
            return_route: route![number.to_string()],
            payload: &[],
            extension: Some(Extension {
                deadline: Some(Duration::from_secs(300)),
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
    });
    questions.collect::<Vec<_>>().concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_with_too_many_questions_leaves_room_for_those_of_others() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let far = tcp_address(&listener.local_addr()?.to_string());
    let answering = tokio::spawn(answer(listener));
    let pair = pair(far.clone()).await?;
    let mut greedy = Raw::ours(pair.listener.local_address()).await;
    greedy.write(&questions(&far)).await;
    let seen = greedy.next().await.expect("a question too many is refused");
    let (kind, _) = seen.failure.expect("none is answered");
    assert_eq!(kind, ErrorKind::MailboxFull);

    let route = route![&pair.connection, &far, "echoer"];
    let answer: String = soon(pair.client.ask(route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    drop(greedy);
    pair.stop().await?;
    soon(answering).await?;
    Ok(())
}
