//! All members get a message.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{Context, Delivery, ErrorKind, Group, Message, Result};

#[ockam::test]
async fn each_member_gets_every_message_in_order(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let mut readers = Vec::new();
    for reader in 0..10 {
        let reader = ctx.open(format!("reader {reader}"))?;
        reader.join("news").await?;
        readers.push(reader);
    }
    assert_eq!(news.len(), 10);
    for number in 0..100_u64 {
        ctx.send_message("news", number).await?;
    }
    for reader in &mut readers {
        for number in 0..100_u64 {
            assert_eq!(reader.receive::<u64>().await?, number);
        }
    }
    assert_eq!(news.skipped(), 0);
    Ok(())
}

#[ockam::test]
async fn one_that_joins_twice_gets_it_once(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let mut reader = ctx.open("reader")?;
    reader.join("news").await?;
    reader.join("news").await?;
    assert_eq!(news.len(), 1);
    news.send(7).await?;
    assert_eq!(reader.receive::<u64>().await?, 7);
    let more = reader.receive_timeout::<u64>(Duration::ZERO).await;
    assert_eq!(more.unwrap_err().kind(), ErrorKind::TimedOut);
    Ok(())
}

#[ockam::test]
async fn a_question_to_all_is_refused(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let reader = ctx.open("reader")?;
    reader.join("news").await?;
    let errors = [
        news.ask::<u64>(7).await.unwrap_err(),
        ctx.ask::<u64>("news", 7_u64).await.unwrap_err(),
    ];
    for mut error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("one answer"), "{error}");
        assert_eq!(error.take::<u64>(), Some(7));
    }
    Ok(())
}

#[ockam::test]
async fn a_message_to_no_member_comes_back(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let errors = [
        news.send(7).await.unwrap_err(),
        news.try_send(7).unwrap_err(),
        ctx.send_message("news", 7_u64).await.unwrap_err(),
    ];
    for mut error in errors {
        assert_eq!(error.kind(), ErrorKind::NoRoute);
        assert_eq!(error.to_string(), "the group 0#news has no members");
        assert_eq!(error.take::<u64>(), Some(7));
    }
    Ok(())
}

/// Panics when it is copied for the `n`th time, or dropped after that.
#[derive(Debug)]
struct Grumpy {
    left: Arc<AtomicUsize>,
    drop_panics: bool,
}

impl Message for Grumpy {}

impl Clone for Grumpy {
    fn clone(&self) -> Self {
        let left = self.left.fetch_sub(1, Ordering::Relaxed);
        assert!(left > 1, "not copied");
        Self {
            left: self.left.clone(),
            drop_panics: true,
        }
    }
}

impl Drop for Grumpy {
    fn drop(&mut self) {
        assert!(!self.drop_panics, "not dropped");
    }
}

#[ockam::test]
async fn a_clone_that_panics_leaves_everybody_without_a_copy(ctx: Context) -> Result<()> {
    for delivery in [Delivery::all(), Delivery::all().or_skip()] {
        let news = Group::<Grumpy>::new("news", delivery).start(&ctx).await?;
        let mut readers = Vec::new();
        for reader in 0..4 {
            let reader = ctx.open(format!("reader {reader}"))?;
            reader.join("news").await?;
            readers.push(reader);
        }
        let grumpy = Grumpy {
            left: Arc::new(AtomicUsize::new(3)),
            drop_panics: false,
        };
        let mut error = news.send(grumpy).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panicked);
        assert!(error.to_string().contains("not copied"), "{error}");
        assert!(error.take::<Grumpy>().is_some());
        for reader in &mut readers {
            let got = reader.receive_timeout::<Grumpy>(Duration::ZERO).await;
            assert_eq!(got.unwrap_err().kind(), ErrorKind::TimedOut);
        }
        drop(readers);
        assert!(news.is_empty());
        news.stop().await?;
    }
    Ok(())
}

#[ockam::test]
async fn a_copy_that_panics_when_it_is_dropped_disturbs_nobody(ctx: Context) -> Result<()> {
    let news = Group::<Grumpy>::new("news", Delivery::all().or_skip());
    let news = news.start(&ctx).await?;
    let stopped = ctx.open("stopped")?;
    stopped.join("news").await?;
    // It is full: its copies are dropped.
    for _ in 0..1024 {
        ctx.send_message("stopped", ()).await?;
    }
    let mut reader = ctx.open("reader")?;
    reader.join("news").await?;
    let grumpy = Grumpy {
        left: Arc::new(AtomicUsize::new(9)),
        drop_panics: false,
    };
    news.send(grumpy).await?;
    assert!(!reader.receive::<Grumpy>().await?.drop_panics);
    assert_eq!(news.skipped(), 1);
    let mut stopped = stopped;
    for _ in 0..1024 {
        stopped.receive::<()>().await?;
    }
    Ok(())
}
