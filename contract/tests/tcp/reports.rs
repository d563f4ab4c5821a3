//! Reports of messages that were not delivered (clause 4). A report that may not have arrived is
//! counted by the node that sent or forwarded it. A report is never answered by another report.

use ockam::{Address, Context, ErrorKind, Listener, Result, TransportSettings, route};
use ockam_contract::pace::soon;
use tokio::net::TcpListener;

use crate::nodes::{connecting, dead_letters, denied, listening, tcp_address};
use crate::raw::{Raw, text};
use crate::workers::{Echoer, tell, teller};

/// More messages than the node takes in with one read.
const MESSAGES: u64 = 500;

/// Sends `count` messages to an address that leads nowhere, and reads the reports. Returns the number
/// of messages that the node has acknowledged.
async fn refused(raw: &mut Raw, far: Option<&Address>, count: u64) -> u64 {
    let onward = far.into_iter().cloned().chain(["nobody".into()]);
    let onward: ockam::Route = onward.collect();
    for _ in 0..count {
        raw.tell(onward.clone(), route!["raw"], &text("hello"))
            .await;
    }
    let mut acknowledged = 0;
    let mut reports = 0;
    while reports < count {
        let seen = raw.next_frame().await.expect("the connection goes on");
        acknowledged = seen.acknowledged.unwrap_or(acknowledged);
        reports += u64::from(seen.failure.is_some());
        assert!(acknowledged >= reports, "{reports} reports, {seen:?}");
    }
    acknowledged
}

/// Starts a node in the middle, which peers may make connect to the address behind it.
async fn between() -> Result<(Context, Listener, TcpListener, Address)> {
    let far = TcpListener::bind("127.0.0.1:0").await?;
    let address = tcp_address(&far.local_addr()?.to_string());
    let (middle, listener) = listening(TransportSettings::new(), address.clone()).await?;
    Ok((middle, listener, far, address))
}

/// Reports each message as undelivered, and acknowledges it.
async fn refuse_all(listener: TcpListener) {
    let mut raw = Raw::accept_ours(&listener).await;
    let mut taken_in = 0;
    while let Some(seen) = raw.next().await {
        taken_in += 1;
        raw.report(seen.return_route, Some(taken_in)).await;
    }
}

#[tokio::test]
async fn a_report_says_that_the_message_was_taken_in() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), ["echoer", "nobody"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    assert_eq!(refused(&mut raw, None, MESSAGES).await, MESSAGES);
    // This also holds for a report that equals those before it.
    for body in [text("one"), text("two"), b"\x09no text".to_vec()] {
        raw.tell(route!["echoer"], route!["raw"], &body).await;
    }
    let mut acknowledged = MESSAGES;
    loop {
        let seen = raw.next_frame().await.expect("the connection goes on");
        acknowledged = seen.acknowledged.unwrap_or(acknowledged);
        if let Some((kind, _)) = seen.failure {
            assert_eq!((kind, acknowledged), (ErrorKind::WrongType, MESSAGES + 3));
            break;
        }
    }
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_report_that_is_passed_on_says_so_as_well() -> Result<()> {
    let (middle, listener, far, address) = between().await?;
    let refusing = tokio::spawn(refuse_all(far));
    let mut raw = Raw::ours(listener.local_address()).await;
    assert!(refused(&mut raw, Some(&address), MESSAGES).await >= MESSAGES);
    raw.acknowledge(MESSAGES).await;
    drop(raw);
    soon(middle.stop()).await?;
    soon(refusing).await?;
    assert_eq!(middle.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_sender_that_has_had_a_report_is_told_nothing_else() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let place = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&place), Raw::accept_ours(&listener));
    let connection = connection?;
    let mut failures = teller(&ctx, "teller").await?;
    tell(&ctx, "teller", route![&connection, "x"], 3).await?;
    for _ in 0..3 {
        assert!(raw.next().await.is_some());
    }
    // Reports the second message. The first one was taken in, and the outcome of the third one is
    // unknown.
    raw.report(route!["teller"], Some(2)).await;
    drop(raw);
    for kind in [ErrorKind::UnknownAddress, ErrorKind::OutcomeUnknown] {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), kind, "{failure}");
    }
    soon(ctx.stop()).await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn reports_are_acknowledged_like_messages() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    raw.echo().await;
    raw.report(route!["stranger"], None).await;
    while raw.next_acknowledgement().await < 2 {}
    // The report is not about a message of this stream. An earlier stream may have carried it.
    denied(&server, 1).await;
    let lines = crate::log_lines::lines_with(&raw.address());
    assert!(
        lines.iter().any(|line| line.contains("0#nobody")),
        "{lines:?}"
    );
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn reports_that_may_not_have_arrived_are_counted() -> Result<()> {
    let (middle, listener, far, address) = between().await?;
    let refusing = tokio::spawn(refuse_all(far));
    let mut lost = 0;
    for far in [None, Some(&address)] {
        let mut raw = Raw::ours(listener.local_address()).await;
        refused(&mut raw, far, 2 * MESSAGES).await;
        raw.acknowledge(MESSAGES + 7).await;
        let peer = raw.address();
        raw.finish().await;
        while raw.next_frame().await.is_some() {}
        lost += MESSAGES - 7;
        dead_letters(&middle, lost).await;
        let lines = crate::log_lines::lines_with(&format!("a message of {peer} was lost"));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("the report that"), "{lines:?}");
    }
    soon(middle.stop()).await?;
    soon(refusing).await?;
    Ok(())
}

#[tokio::test]
async fn the_report_of_a_question_is_not_counted() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for _ in 0..MESSAGES {
        raw.ask(route!["nobody"], route!["raw"], &text("hello"))
            .await;
    }
    for _ in 0..MESSAGES {
        let seen = raw.next().await.expect("a report");
        assert!(seen.failure.is_some(), "{seen:?}");
    }
    raw.finish().await;
    while raw.next_frame().await.is_some() {}
    soon(server.stop()).await?;
    // The end of the connection has told the asker as much.
    assert_eq!(server.dead_letters(), 0);
    Ok(())
}
