//! What there is to look at, for whom, and until when.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_console::Console;
use tokio::net::TcpListener;

use crate::client::{PATIENCE, get, get_with, say, until};
use crate::planted::{console, node};

#[tokio::test]
async fn each_path_answers_with_its_type_and_nothing_is_kept_or_framed() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    for (path, content) in [
        ("/", "text/html; charset=utf-8"),
        ("/console.js", "text/javascript; charset=utf-8"),
        ("/console.css", "text/css; charset=utf-8"),
        ("/api/node", "application/json"),
        ("/api/openapi.json", "application/json"),
        ("/diagnose", "text/plain; charset=utf-8"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
    ] {
        let answer = get(at, path).await;
        assert_eq!(answer.status, 200, "{path}");
        for header in [
            &*format!("content-type: {content}"),
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "content-security-policy: default-src 'none'; script-src 'self';",
        ] {
            assert!(
                answer.head.contains(header),
                "{path} lacks {header}: {}",
                answer.head
            );
        }
    }
    assert_eq!(get(at, "/nobody").await.status, 404);
    ctx.stop().await
}

#[tokio::test]
async fn the_page_has_nothing_from_elsewhere_and_inserts_no_html() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let page = get(at, "/").await.body;
    assert!(
        page.contains("<script src=\"console.js\"") && !page.contains("http"),
        "{page}"
    );
    assert!(
        !page.contains("<style") && !page.contains("onclick"),
        "{page}"
    );
    let script = get(at, "/console.js").await.body;
    for way in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!script.contains(way), "{way}");
    }
    ctx.stop().await
}

#[tokio::test]
async fn metrics_name_the_node_and_workers_only_on_request() -> Result<()> {
    let ctx = NodeBuilder::new().name("a \"node\"\\").start().await?;
    let at = console(&ctx).await?.local_address();
    let inbox = ctx.open("in\"box")?;
    ctx.send_message(inbox.address().clone(), 7_u64).await?;
    let line = "ockam_mailbox_messages 1\n";
    let metrics = until(at, "/metrics", |answer| answer.body.contains(line))
        .await
        .body;
    for line in [
        "ockam_node_info{node=\"a \\\"node\\\"\\\\\"} 1",
        "ockam_workers{kind=\"app\",state=\"open\"} 1",
        "ockam_workers{kind=\"context\",state=\"open\"} 2",
        "# TYPE ockam_dead_letters_total counter",
        "ockam_dead_letters_total 0",
        "ockam_denied_messages_total 0",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("worker="), "{metrics}");
    let metrics = get(at, "/metrics?workers=1").await.body;
    let line = "ockam_worker_mailbox_messages{worker=\"0#in\\\"box\"} 1";
    assert!(metrics.lines().any(|it| it == line), "{metrics}");
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        value.parse::<f64>().unwrap();
        let name = name.split('{').next().unwrap();
        assert!(metrics.contains(&format!("# TYPE {name} ")), "{name}");
    }
    ctx.stop().await
}

#[tokio::test]
async fn a_token_is_asked_for_but_not_for_the_page() -> Result<()> {
    let ctx = node().await?;
    let token = "0123456789abcdef";
    let console = Console::new(&ctx)
        .token(token)
        .listen("127.0.0.1:0")
        .await?;
    let at = console.local_address();
    for path in ["/api/node", "/diagnose", "/metrics"] {
        for wrong in ["", "Authorization: Bearer 0123456789abcdee\r\n"] {
            let answer = get_with(at, path, wrong).await;
            assert_eq!(answer.status, 401, "{path}");
            assert!(
                answer.head.contains("www-authenticate: bearer"),
                "{}",
                answer.head
            );
        }
        assert_eq!(get(at, &format!("{path}?token={token}")).await.status, 401);
        let right = format!("Authorization: Bearer {token}\r\n");
        assert_eq!(get_with(at, path, &right).await.status, 200, "{path}");
    }
    for path in ["/", "/console.js", "/console.css", "/api/openapi.json"] {
        assert_eq!(get(at, path).await.status, 200, "{path}");
    }
    ctx.stop().await
}

#[tokio::test]
async fn without_a_token_it_listens_on_loopback_only() -> Result<()> {
    let ctx = node().await?;
    for address in ["0.0.0.0:0", "[::]:0"] {
        let refused = Console::new(&ctx).listen(address).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput, "{refused}");
    }
    let short = Console::new(&ctx)
        .token("short")
        .listen("127.0.0.1:0")
        .await;
    assert_eq!(short.unwrap_err().kind(), ErrorKind::InvalidInput);
    let nowhere = Console::new(&ctx).listen("no address").await.unwrap_err();
    assert!(nowhere.to_string().contains("no address"), "{nowhere}");
    // Each of them has left the address of the console on its node.
    let everywhere = Console::new(&ctx)
        .token("0123456789abcdef")
        .listen("0.0.0.0:0")
        .await?;
    let mut at = everywhere.local_address();
    at.set_ip([127, 0, 0, 1].into());
    assert_eq!(get_with(at, "/", "Host: twice\r\n").await.status, 400);
    assert_eq!(
        say(at, b"GET / HTTP/1.1\r\nHost: any.example\r\n\r\n")
            .await
            .status,
        200
    );
    ctx.stop().await
}

#[tokio::test]
async fn a_node_has_one_console_until_it_is_stopped() -> Result<()> {
    let ctx = node().await?;
    let first = console(&ctx).await?;
    let at = first.local_address();
    let second = console(&ctx).await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::AddressTaken);
    first.stop().await;
    TcpListener::bind(at).await?;
    let handle = Console::new(&ctx).listen(at.to_string()).await?;
    assert_eq!(handle.local_address(), at);
    // It goes on without its handle, and ends with the node.
    drop(handle);
    assert_eq!(get(at, "/").await.status, 200);
    ctx.stop().await?;
    let ended = async {
        while TcpListener::bind(at).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended)
        .await
        .expect("its port is free");
    Ok(())
}

#[tokio::test]
async fn a_listen_that_is_dropped_leaves_nothing() -> Result<()> {
    let ctx = node().await?;
    let listening = Console::new(&ctx).listen("127.0.0.1:0");
    // Its thread may have been faster.
    if let Ok(listened) = tokio::time::timeout(Duration::ZERO, listening).await {
        listened?.stop().await;
    }
    let again = async {
        while console(&ctx).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again)
        .await
        .expect("the address is free");
    ctx.stop().await
}

/// The console has a thread of its own.
#[tokio::test(flavor = "current_thread")]
async fn it_answers_while_the_only_thread_of_the_node_is_blocked() -> Result<()> {
    let ctx = node().await?;
    let at = console(&ctx).await?.local_address();
    let asked = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(get(at, "/api/node"))
    });
    // This blocks the thread of the node until there is an answer.
    let answer = asked.join().unwrap();
    assert_eq!(answer.json()["workers_total"], 2);
    ctx.stop().await
}

#[test]
fn the_types_can_be_sent_to_other_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    fn is_send<T: Send>(_: &T) {}
    is_send_and_sync::<Console<'static>>();
    is_send_and_sync::<ockam_console::ConsoleHandle>();
    let _ = |console: Console<'static>| is_send(&console.listen(""));
}
