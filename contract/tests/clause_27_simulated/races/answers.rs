//! Answers that are not given, or in another order than somebody believes.

use ockam::{Address, Context, Result, Routed, Worker, async_worker};
use serde::{Deserialize, Serialize};

use crate::scene::{a_while, far_from};

#[derive(Serialize, Deserialize)]
enum Ask {
    Question,
    Flush,
}

/// Answers all questions when it is told to, and forgets those that are open when it stops.
#[derive(Default)]
struct Batch(Vec<Routed<()>>);

impl Worker for Batch {
    type Message = Ask;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: Ask) -> Result<()> {
        unreachable!("it handles routed messages")
    }

    async fn handle_routed(&mut self, ctx: &mut Context, ask: Routed<Ask>) -> Result<()> {
        match ask.body() {
            Ask::Question => self.0.push(ask.map(drop)),
            Ask::Flush => {
                for question in self.0.drain(..) {
                    ctx.send_message(question.return_route().clone(), 7_u64)
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// Asks, and fails if there is no answer.
struct Client(Address);

#[async_worker]
impl Worker for Client {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.ask::<u64>(self.0.clone(), Ask::Question)
            .await
            .map(drop)
    }
}

/// Passes on a request to flush.
struct Flusher;

#[async_worker]
impl Worker for Flusher {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.send_message("batch", Ask::Flush).await
    }
}

/// Stops the batch when the answers should have been given.
pub(crate) async fn reply_after_stop(ctx: Context) -> Result<()> {
    ctx.start_worker("batch", Batch::default()).await?;
    ctx.start_worker("client", Client("batch".into())).await?;
    ctx.start_worker("flusher", Flusher).await?;
    ctx.send_message("client", ()).await?;
    ctx.send_message("flusher", ()).await?;
    a_while(&ctx, 4).await?;
    ctx.stop_worker("batch").await?;
    ctx.idle().await
}

/// Has room for one question that it has passed on.
struct Broker(Option<Routed<()>>);

impl Worker for Broker {
    type Message = Ask;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: Ask) -> Result<()> {
        unreachable!("it handles routed messages")
    }

    async fn handle_routed(&mut self, ctx: &mut Context, ask: Routed<Ask>) -> Result<()> {
        match ask.body() {
            Ask::Question => {
                self.0 = Some(ask.map(drop));
                ctx.send_message("backend", ()).await
            }
            Ask::Flush => match self.0.take() {
                Some(question) => {
                    ctx.send_message(question.return_route().clone(), 7_u64)
                        .await
                }
                None => Ok(()),
            },
        }
    }
}

/// Is done at once.
struct Backend;

#[async_worker]
impl Worker for Backend {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.send_message("broker", Ask::Flush).await
    }
}

/// Forgets a question when another one comes before its answer.
pub(crate) async fn forgotten_answer(ctx: Context) -> Result<()> {
    ctx.start_worker("broker", Broker(None)).await?;
    ctx.start_worker("backend", Backend).await?;
    ctx.start_worker("left", Client("broker".into())).await?;
    ctx.start_worker("right", Client("broker".into())).await?;
    let right = far_from(&ctx, "right", 7).await?;
    ctx.send_message("left", ()).await?;
    ctx.send_message(right, ()).await?;
    ctx.idle().await
}

/// Says its name.
struct Speaker;

#[async_worker]
impl Worker for Speaker {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.send_message("app", ctx.address().clone()).await
    }
}

/// Believes that who was told first speaks first.
pub(crate) async fn order_of_two_senders(mut ctx: Context) -> Result<()> {
    for name in ["first", "second"] {
        ctx.start_worker(name, Speaker).await?;
    }
    for name in ["first", "second"] {
        ctx.send_message(name, ()).await?;
    }
    for name in ["first", "second"] {
        let spoke = ctx.receive::<Address>().await?;
        assert_eq!(spoke, Address::from(name), "who spoke");
    }
    Ok(())
}
