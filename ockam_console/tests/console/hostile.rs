//! Clients that are slow, many, or speak no HTTP.

use std::time::Duration;

use ockam::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{PATIENCE, get, get_with, say};
use crate::planted::{console, node};

#[tokio::test]
async fn requests_that_are_no_http_are_refused() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    for bytes in [
        &b"\r\n\r\n\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello \r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ] {
        let answer = say(at, bytes).await;
        let text = String::from_utf8_lossy(bytes);
        assert!(matches!(answer.status, 0 | 400..=499), "{text}: {answer:?}");
    }
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: {at}\r\n\r\n",
        "x".repeat(1 << 16)
    );
    assert!(matches!(
        say(at, long.as_bytes()).await.status,
        0 | 400..=499
    ));
    let header = format!("X: {}\r\n", "x".repeat(1 << 16));
    assert!(matches!(
        get_with(at, "/", &header).await.status,
        0 | 400..=499
    ));
    assert!(matches!(
        get_with(at, "/", &"X: y\r\n".repeat(100)).await.status,
        0 | 400..=499
    ));
    assert_eq!(get(at, "/diagnose").await.status, 200);
    ctx.stop().await
}

#[tokio::test]
async fn other_sites_are_refused_and_nothing_can_be_written() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    for headers in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
    ] {
        for path in ["/", "/api/node", "/diagnose", "/metrics", "/console.js"] {
            let answer = get_with(at, path, headers).await;
            assert_eq!(answer.status, 403, "{path} {headers}");
            assert!(!answer.head.contains("access-control"), "{}", answer.head);
        }
    }
    // A name of the attacker's that leads to loopback.
    let rebound = say(at, b"GET /api/node HTTP/1.1\r\nHost: evil.example\r\n\r\n").await;
    assert_eq!(rebound.status, 421);
    assert!(!rebound.body.contains("workers"), "{}", rebound.body);
    for method in [
        "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "NONSENSE",
    ] {
        let request =
            format!("{method} /api/node HTTP/1.1\r\nHost: {at}\r\nContent-Length: 0\r\n\r\n");
        let status = say(at, request.as_bytes()).await.status;
        assert!(matches!(status, 400..=499), "{method}: {status}");
    }
    ctx.stop().await
}

#[tokio::test]
async fn slow_clients_keep_nobody_out_and_are_cut_off() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut client = TcpStream::connect(at).await?;
        client.write_all(b"GET / HTTP/1.1\r\nHost: lo").await?;
        slow.push(client);
        if slow.len() % 50 == 0 {
            assert_eq!(
                get(at, "/diagnose").await.status,
                200,
                "{} are slow",
                slow.len()
            );
        }
    }
    // The first one made room. The last one is cut off because it is slow.
    for mut client in [slow.remove(0), slow.pop().expect("200")] {
        let mut rest = Vec::new();
        let end = timeout(PATIENCE, client.read_to_end(&mut rest)).await;
        let _ = end.expect("the server closes the connection");
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
    ctx.stop().await
}

#[tokio::test]
async fn a_body_is_not_read_and_a_connection_has_one_request() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let headers = "Content-Length: 1000000000000\r\n";
    assert_eq!(get_with(at, "/diagnose", headers).await.status, 200);
    let one = format!("GET /diagnose HTTP/1.1\r\nHost: {at}\r\n\r\n");
    let answer = say(at, one.repeat(10).as_bytes()).await;
    assert_eq!((answer.status, &*answer.body), (200, "nothing found\n"));
    ctx.stop().await
}

#[tokio::test]
async fn many_clients_are_answered_from_one_look() -> Result<()> {
    let ctx = node().await?;
    let console = ockam_console::Console::new(&ctx).interval(Duration::from_secs(60));
    let at = console.listen("127.0.0.1:0").await?.local_address();
    let first = get(at, "/api/node").await.body;
    for _ in 0..20 {
        let asked: Vec<_> = (0..10)
            .map(|_| tokio::spawn(async move { get(at, "/api/node").await }))
            .collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap().body, first);
        }
    }
    ctx.stop().await
}
