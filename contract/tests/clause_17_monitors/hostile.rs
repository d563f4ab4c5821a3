//! A peer that monitors as no node would.

use ockam::{Context, NodeBuilder, Result, TcpTransport};
use ockam_contract::pace::soon;
use ockam_contract::raw::Raw;
use ockam_transport::message::{Monitored, Monitoring, News};
use ockam_transport::{Extension, TransportMessage};

use super::Mortal;

/// How many monitors one peer may have.
const MAX: u64 = 4 * 1024;

async fn monitors(raw: &mut Raw, number: u64, address: Option<&str>) {
    let address = address.map(Into::into);
    raw.send(&TransportMessage {
        extension: Some(Extension {
            monitoring: Some(Box::new(Monitoring { number, address })),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
    .await;
}

async fn told(raw: &mut Raw) -> Monitored {
    loop {
        let seen = raw.next_frame().await.expect("the connection goes on");
        if let Some(monitored) = seen.monitored {
            return monitored;
        }
    }
}

async fn listening() -> Result<(Context, Raw)> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("mortal", Mortal).await?;
    let listener = TcpTransport::new(&ctx)?
        .listen("127.0.0.1:0", "mortal")
        .await?;
    let raw = Raw::ours(listener.local_address()).await;
    Ok((ctx, raw))
}

#[tokio::test]
async fn the_monitors_of_a_peer_are_bounded_and_their_places_given_back() -> Result<()> {
    let (ctx, mut raw) = listening().await?;
    // The same one again and again is one.
    for _ in 0..2 * MAX {
        monitors(&mut raw, 0, Some("mortal")).await;
        assert_eq!(told(&mut raw).await.news, News::Lives);
    }
    for number in 1..MAX {
        monitors(&mut raw, number, Some("mortal")).await;
        let told = told(&mut raw).await;
        assert_eq!((told.number, told.news), (number, News::Lives));
    }
    for number in MAX..2 * MAX {
        monitors(&mut raw, number, Some("mortal")).await;
        let told = told(&mut raw).await;
        assert_eq!((told.number, told.news), (number, News::TooMany));
        assert_eq!((told.worker, told.incarnation), (0, 0));
    }
    monitors(&mut raw, 7, None).await;
    monitors(&mut raw, MAX, Some("mortal")).await;
    assert_eq!(told(&mut raw).await.news, News::Lives);
    ctx.kill_worker("mortal").await?;
    let mut ended = Vec::new();
    for _ in 0..MAX {
        let told = told(&mut raw).await;
        assert_eq!(told.news, News::Killed);
        ended.push(told.number);
    }
    ended.sort_unstable();
    let all: Vec<u64> = (0..=MAX).filter(|number| *number != 7).collect();
    assert_eq!(ended, all, "each is told once");
    ctx.start_worker("mortal", Mortal).await?;
    monitors(&mut raw, 1, Some("mortal")).await;
    assert_eq!(told(&mut raw).await.news, News::Lives);
    soon(ctx.stop()).await
}

#[tokio::test]
async fn what_is_not_exposed_is_counted_and_tells_nothing() -> Result<()> {
    let (ctx, mut raw) = listening().await?;
    ctx.start_worker("secret", Mortal).await?;
    for (number, name) in (0..1_000_u64).map(|it| (it, if it % 2 == 0 { "secret" } else { "none" }))
    {
        monitors(&mut raw, number, Some(name)).await;
        let told = told(&mut raw).await;
        let nothing = Monitored {
            number,
            news: News::Unknown,
            worker: 0,
            incarnation: 0,
            next: 0,
        };
        assert_eq!(told, nothing);
    }
    assert_eq!(ctx.denied(), 1_000);
    // Of what was never begun, the end changes nothing.
    monitors(&mut raw, 5_000, None).await;
    ctx.kill_worker("secret").await?;
    monitors(&mut raw, 0, Some("mortal")).await;
    assert_eq!(told(&mut raw).await.news, News::Lives);
    soon(ctx.stop()).await
}

#[tokio::test]
async fn news_of_nothing_that_is_monitored_is_ignored() -> Result<()> {
    let (mut ctx, mut raw) = listening().await?;
    for number in 0..1_000 {
        raw.send(&TransportMessage {
            extension: Some(Extension {
                monitored: Some(Box::new(Monitored {
                    number,
                    news: News::Killed,
                    worker: number,
                    incarnation: number,
                    next: 0,
                })),
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
        .await;
    }
    monitors(&mut raw, 1, Some("mortal")).await;
    assert_eq!(told(&mut raw).await.news, News::Lives);
    let none = ctx
        .receive_timeout::<ockam::Down>(std::time::Duration::ZERO)
        .await;
    assert!(none.is_err());
    soon(ctx.stop()).await
}
