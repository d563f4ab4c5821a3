//! Input from peers that is not a message. It closes the connection with one line in the log, or is
//! tolerated where upstream tolerates it. Other connections are not affected.

use ockam::{Context, Listener, NodeBuilder, Result, TcpTransport, route};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use crate::log_lines::lines_with;
use crate::raw::{Raw, acknowledgement, text};
use crate::workers::Echoer;

const ONWARD: &[u8] = b"\x81\x82\x00\x46echoer";
const RETURN: &[u8] = b"\x81\x82\x00\x43raw";
const PAYLOAD: &[u8] = b"\x46\x05hello";
const TRACING: &[u8] = b"\x62{}";

fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len()).expect("a short frame");
    [length.to_be_bytes().as_slice(), &body].concat()
}

async fn node(name: &str) -> Result<(Context, Listener)> {
    crate::log_lines::record();
    let ctx = NodeBuilder::new().name(name).start().await?;
    ctx.start_worker("echoer", Echoer).await?;
    let tcp = TcpTransport::new(&ctx)?;
    let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    Ok((ctx, listener))
}

/// Sends bytes after a greeting. The connection is closed with one line in the log, and another
/// connection goes on.
async fn closes(case: &str, bytes: &[u8]) -> Result<()> {
    let name = format!("closes-{case}");
    let (server, listener) = node(&name).await?;
    let mut other = Raw::upstream(listener.local_address()).await;
    other.echo().await;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.echo().await;
    raw.write(bytes).await;
    raw.closed().await;
    let lines = lines_with(&name);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&raw.address()), "{lines:?}");
    other.echo().await;
    drop((other, raw));
    soon(server.stop()).await?;
    assert_eq!(lines_with(&name).len(), 1, "{:?}", lines_with(&name));
    Ok(())
}

/// Sends a frame that is tolerated and answered.
async fn is_answered(case: &str, frame: &[u8]) -> Result<()> {
    let name = format!("answers-{case}");
    let (server, listener) = node(&name).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.write(frame).await;
    let seen = raw.next().await.expect("an answer");
    assert_eq!(
        (seen.onward, seen.payload),
        (route!["raw"], text("hello")),
        "{case}"
    );
    raw.echo().await;
    assert_eq!(lines_with(&name), [""; 0]);
    assert_eq!(server.dead_letters(), 0);
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn what_is_no_message_closes_the_connection() -> Result<()> {
    let cases: [(&str, Vec<u8>); 12] = [
        ("a-map", frame(&[b"\xa1\x00\x00"])),
        ("a-number", frame(&[b"\x07"])),
        ("garbage", frame(&[b"\xff\xfe\xfd\xfc garbage"])),
        ("a-zero-length-frame", vec![0, 0, 0, 0]),
        (
            "more-than-16-mib",
            (16 * 1024 * 1024 + 1_u32).to_be_bytes().to_vec(),
        ),
        ("the-largest-length", vec![0xff; 4]),
        (
            "text-as-an-address",
            frame(&[b"\x84\x81\x66echoer", RETURN, PAYLOAD, TRACING]),
        ),
        (
            "text-in-an-address",
            frame(&[b"\x84\x81\x82\x00\x66echoer", RETURN, PAYLOAD, TRACING]),
        ),
        ("two-elements", frame(&[b"\x82", ONWARD, RETURN])),
        ("an-array-cut-off", frame(&[b"\x84", ONWARD, RETURN])),
        (
            "text-as-payload",
            frame(&[b"\x84", ONWARD, RETURN, b"\x65hello", TRACING]),
        ),
        (
            "a-type-of-two-bytes",
            frame(&[
                b"\x84\x81\x82\x19\x01\x00\x46echoer",
                RETURN,
                PAYLOAD,
                TRACING,
            ]),
        ),
    ];
    for (case, bytes) in cases {
        closes(case, &bytes).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_array_within_arrays_without_end_closes_the_connection() -> Result<()> {
    closes("nested-arrays", &frame(&[&[0x81; 100_000]])).await?;
    closes("arrays-without-length", &frame(&[&[0x9f; 100_000]])).await?;
    let mut extension = vec![0xa2, 0x00, 0x01, 0x18, 0x63];
    extension.extend([0x81; 100_000]);
    closes(
        "a-deep-extension",
        &frame(&[b"\x85", ONWARD, RETURN, PAYLOAD, TRACING, &extension]),
    )
    .await
}

#[tokio::test]
async fn an_acknowledgement_that_can_not_be_closes_the_connection() -> Result<()> {
    // What was sent is the answer to an echo.
    closes("more-than-was-sent", &acknowledgement(2)).await?;
    closes("the-largest-number", &acknowledgement(u64::MAX)).await?;
    let backwards = [acknowledgement(1), acknowledgement(1), acknowledgement(0)];
    closes("less-than-before", &backwards.concat()).await
}

#[tokio::test]
async fn a_length_that_is_announced_within_a_message_costs_nothing() -> Result<()> {
    let huge = b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff";
    closes("a-huge-payload", &frame(&[b"\x84", ONWARD, RETURN, huge])).await?;
    let huge = b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff";
    closes("a-huge-route", &frame(&[b"\x84", huge])).await
}

#[tokio::test]
async fn a_stream_that_ends_within_a_frame_is_the_end_of_that_connection_only() -> Result<()> {
    let (server, listener) = node("cut-within-a-frame").await?;
    let mut other = Raw::upstream(listener.local_address()).await;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.write(&frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, TRACING])[..20])
        .await;
    raw.finish().await;
    raw.closed().await;
    other.echo().await;
    drop((other, raw));
    soon(server.stop()).await
}

#[tokio::test]
async fn another_version_closes_the_connection_without_an_answer_to_what_follows() -> Result<()> {
    for version in [0, 2, b'G'] {
        let name = format!("version-{version}");
        let (server, listener) = node(&name).await?;
        let mut raw = Raw::silent(listener.local_address()).await;
        raw.write(&[version]).await;
        raw.write_if_open(&frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, TRACING]))
            .await;
        raw.closed().await;
        let lines = lines_with(&name);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].contains(&format!("version {version} ")),
            "{lines:?}"
        );
        soon(server.stop()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_upstream_tolerates_is_tolerated() -> Result<()> {
    let long_text = [b"\x79\x01\x00".as_slice(), &[b'x'; 256]].concat();
    let cases: [(&str, Vec<u8>); 12] = [
        (
            "as-it-should-be",
            frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, TRACING]),
        ),
        ("three-elements", frame(&[b"\x83", ONWARD, RETURN, PAYLOAD])),
        (
            "five-elements",
            frame(&[b"\x85", ONWARD, RETURN, PAYLOAD, TRACING, b"\x63new"]),
        ),
        (
            "an-array-without-a-length",
            frame(&[b"\x9f", ONWARD, RETURN, PAYLOAD, TRACING, b"\xff"]),
        ),
        (
            "a-route-without-a-length",
            frame(&[b"\x84\x9f\x82\x00\x46echoer\xff", RETURN, PAYLOAD, TRACING]),
        ),
        (
            "trailing-bytes",
            frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, TRACING, b"\x00\xff more"]),
        ),
        (
            "a-long-number",
            frame(&[b"\x84\x81\x82\x18\x00\x46echoer", RETURN, PAYLOAD, TRACING]),
        ),
        (
            "a-long-length",
            frame(&[b"\x84\x81\x82\x00\x58\x06echoer", RETURN, PAYLOAD, TRACING]),
        ),
        (
            "no-tracing",
            frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, b"\xf6"]),
        ),
        (
            "junk-as-tracing",
            frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, b"\x64junk"]),
        ),
        (
            "long-junk-as-tracing",
            frame(&[b"\x84", ONWARD, RETURN, PAYLOAD, &long_text]),
        ),
        (
            "an-extension-of-another-version",
            frame(&[b"\x85", ONWARD, RETURN, PAYLOAD, TRACING, b"\xa1\x00\x09"]),
        ),
    ];
    for (case, frame) in cases {
        is_answered(case, &frame).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_message_without_a_receiver_is_lost_and_the_connection_goes_on() -> Result<()> {
    let (server, listener) = node("what-nobody-takes").await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    let address = raw.address();
    for (count, (onward, back, payload)) in [
        (route!["nobody"], route!["raw"], text("hello")),
        (route!["nobody"], route![], text("hello")),
        (route!["echoer"], route!["raw"], b"\x09hello".to_vec()),
        (route!["echoer"], route!["raw"], Vec::new()),
        (route!["echoer"], route!["raw"], b"\x02\xff\xfe".to_vec()),
        (
            route!["echoer"],
            route!["raw"],
            b"\x05hello and more".to_vec(),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        raw.tell(onward, back, &payload).await;
        raw.echo().await;
        // What is not exposed is denied, and what can't be read is lost.
        let count = count as u64 + 1;
        eventually("they are counted", || {
            server.denied() == count.min(2) && server.dead_letters() == count.saturating_sub(2)
        })
        .await;
        assert!(!lines_with(&address).is_empty());
    }
    // A message to the node itself. Nothing happens.
    raw.tell(route![], route!["raw"], b"hello").await;
    raw.echo().await;
    // The message has no return route, so the reply of the worker fails, and nothing else.
    raw.tell(route!["echoer"], route![], &text("hello")).await;
    raw.echo().await;
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn what_is_not_this_protocol_is_closed_and_other_connections_go_on() -> Result<()> {
    let (server, listener) = node("another-protocol").await?;
    let mut other = Raw::upstream(listener.local_address()).await;
    for said in [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".as_slice(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ] {
        let mut raw = Raw::silent(listener.local_address()).await;
        raw.write(said).await;
        raw.closed().await;
        other.echo().await;
    }
    assert_eq!(lines_with("another-protocol").len(), 3);
    drop(other);
    soon(server.stop()).await
}
