//! The end of a worker that fails or panics in its `shutdown`.

use ockam::{Context, Error, ErrorKind, Result, Worker, async_worker};

/// How a `shutdown` ends.
#[derive(Clone, Copy)]
enum Last {
    Fails,
    Panics,
}

#[async_worker]
impl Worker for Last {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        match self {
            Last::Fails => Err(Error::new(ErrorKind::Other, "not without a word")),
            Last::Panics => panic!("not without a bang"),
        }
    }
}

#[ockam::test(allow(failures))]
async fn the_address_is_free_and_the_node_lives(ctx: Context) -> Result<()> {
    for _ in 0..10 {
        for last in [Last::Fails, Last::Panics] {
            let handle = ctx.start_worker(vec!["last", "alias"], last).await?;
            assert_eq!(handle.ask::<u64>(7).await?, 7);
            handle.stop().await?;
            assert!(ctx.list_workers().is_empty());
        }
    }
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
