//! An `initialize` that sends, asks, starts and stops.

use std::pin::Pin;
use std::time::Duration;

use ockam::{
    Address, Any, Context, ErrorKind, Message, NodeBuilder, Result, Routed, Worker, async_worker,
};
use ockam_contract::eventually::eventually;
use ockam_contract::recorder::Recorder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

type Talk = Box<dyn for<'a> FnOnce(&'a mut Context) -> Talking<'a> + Send>;
type Talking<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Sends and asks in its `initialize`. It answers a number with its double.
struct Talker {
    talk: Option<Talk>,
    handled: UnboundedSender<u64>,
}

fn talker(
    talk: impl for<'a> FnOnce(&'a mut Context) -> Talking<'a> + Send + 'static,
) -> (Talker, UnboundedReceiver<u64>) {
    let (handled, seen) = unbounded_channel();
    let talk: Talk = Box::new(talk);
    let talk = Some(talk);
    (Talker { talk, handled }, seen)
}

#[async_worker]
impl Worker for Talker {
    type Message = u64;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        let talk = self.talk.take().expect("a worker is initialized once");
        talk(ctx).await
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        let _ = self.handled.send(*msg);
        // An answer to itself would be one more message.
        if msg.sender() == Some(ctx.address()) {
            return Ok(());
        }
        ctx.reply(2 * *msg).await
    }
}

#[ockam::test]
async fn it_sends_to_the_one_that_starts_it(mut ctx: Context) -> Result<()> {
    let (worker, _) = talker(|ctx| {
        Box::pin(async {
            ctx.send_message("app", 1_u64).await?;
            ctx.sender().send_message("app", 2_u64).await
        })
    });
    ctx.start_worker("worker", worker).await?;
    let hello = ctx.receive::<u64>().await?;
    assert_eq!(
        (*hello, hello.sender()),
        (1, Some(&Address::from("worker")))
    );
    assert_eq!(ctx.receive::<u64>().await?, 2);
    Ok(())
}

#[ockam::test]
async fn it_asks_another_worker(ctx: Context) -> Result<()> {
    let (doubler, _) = talker(|_| Box::pin(async { Ok(()) }));
    ctx.start_worker("doubler", doubler).await?;
    let (worker, _) = talker(|ctx| {
        Box::pin(async {
            assert_eq!(ctx.ask::<u64>("doubler", 21_u64).await?, 42);
            Ok(())
        })
    });
    ctx.start_worker("worker", worker).await?;
    Ok(())
}

#[ockam::test]
async fn it_starts_others_that_outlive_its_failure(ctx: Context) -> Result<()> {
    let (worker, _) = talker(|ctx| {
        Box::pin(async {
            let (child, _) = talker(|_| Box::pin(async { Ok(()) }));
            ctx.start_worker("child", child).await?;
            let (rival, _) = talker(|_| Box::pin(async { Ok(()) }));
            ctx.start_worker("worker", rival).await.map(drop)
        })
    });
    let error = ctx.start_worker("worker", worker).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    assert_eq!(ctx.ask::<u64>("child", 4_u64).await?, 8);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_sends_to_itself_as_long_as_there_is_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let clock = Instant::now();
    let (worker, mut handled) = talker(|ctx| {
        Box::pin(async {
            ctx.send_message("worker", 1_u64).await?;
            ctx.send_message("alias", 2_u64).await?;
            let refused = ctx.send_message("worker", 3_u64).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::MailboxFull);
            let refused = ctx.ask::<u64>("alias", 4_u64).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::NoReply);
            Ok(())
        })
    });
    ctx.start_worker(vec!["worker", "alias"], worker).await?;
    assert_eq!(clock.elapsed(), Duration::ZERO, "nothing is waited for");
    assert_eq!(handled.recv().await, Some(1));
    assert_eq!(handled.recv().await, Some(2));
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn it_stops_itself_without_waiting_for_itself() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let clock = Instant::now();
    let (worker, mut handled) = talker(|ctx| {
        Box::pin(async {
            ctx.send_message("worker", 1_u64).await?;
            ctx.stop_worker("worker").await
        })
    });
    ctx.start_worker("worker", worker).await?;
    assert_eq!(handled.recv().await, Some(1), "what was queued is handled");
    assert_eq!(handled.recv().await, None, "then it ends");
    eventually("the address is free", || ctx.open("worker").is_ok()).await;
    assert_eq!(clock.elapsed(), Duration::ZERO, "nothing is waited for");
    ctx.stop().await
}

/// Makes the parent start a worker in its handler.
struct Child(Talker);

impl Message for Child {}

/// Starts a worker for each message, and answers with the result.
struct Parent(UnboundedSender<u64>);

#[async_worker]
impl Worker for Parent {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Any) -> Result<()> {
        match msg.downcast::<Child>() {
            Ok(Child(child)) => {
                let outcome = match ctx.start_worker("child", child).await {
                    Ok(_) => "started".to_owned(),
                    Err(error) => error.kind().to_string(),
                };
                ctx.reply(outcome).await
            }
            Err(number) => {
                let number = number.downcast::<u64>().expect("a child says numbers");
                let _ = self.0.send(number);
                Ok(())
            }
        }
    }
}

#[ockam::test]
async fn it_sends_to_the_worker_that_starts_it(ctx: Context) -> Result<()> {
    let (heard, mut hears) = unbounded_channel();
    ctx.start_worker("parent", Parent(heard)).await?;
    let (child, _) = talker(|ctx| Box::pin(async { ctx.send_message("parent", 7_u64).await }));
    assert_eq!(ctx.ask::<String>("parent", Child(child)).await?, "started");
    assert_eq!(hears.recv().await, Some(7), "behind the start");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_asks_the_worker_that_starts_it_in_vain() -> Result<()> {
    let node = NodeBuilder::new().ask_timeout(Duration::from_secs(5));
    let ctx = node.start().await?;
    let (heard, mut hears) = unbounded_channel();
    ctx.start_worker("parent", Parent(heard)).await?;
    let (child, _) = talker(|ctx| Box::pin(async { ctx.ask("parent", 7_u64).await }));

    let minute = Duration::from_secs(60);
    let started: String = ctx.ask_timeout("parent", Child(child), minute).await?;
    assert_eq!(started, "no reply", "the child's ask, then its start");
    ctx.send_message("parent", 8_u64).await?;
    assert_eq!(
        hears.recv().await,
        Some(8),
        "the parent lives, and gets no question that would close a circle"
    );
    ctx.start_worker("child", Recorder::<u64>::new().0).await?;
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_room_at_the_worker_that_starts_it_in_vain() -> Result<()> {
    let node = NodeBuilder::new().mailbox_capacity(1);
    let ctx = node.send_timeout(Duration::from_secs(5)).start().await?;
    let (heard, mut hears) = unbounded_channel();
    ctx.start_worker("parent", Parent(heard)).await?;
    let (child, _) = talker(|ctx| {
        Box::pin(async {
            ctx.send_message("parent", 1_u64).await?;
            ctx.send_message("parent", 2_u64).await
        })
    });
    assert_eq!(
        ctx.ask::<String>("parent", Child(child)).await?,
        "timed out"
    );
    assert_eq!(hears.recv().await, Some(1));
    ctx.start_worker("child", Recorder::<u64>::new().0).await?;
    ctx.stop().await
}
