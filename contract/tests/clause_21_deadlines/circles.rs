//! A circle of asks that are awaited in handlers is found by the one that closes it.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, async_worker, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::{at_rest, soon};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

use super::scene::{SECOND, does};

type Told = UnboundedReceiver<(String, Result<u64, (ErrorKind, String)>)>;
type Tells = UnboundedSender<(String, Result<u64, (ErrorKind, String)>)>;

/// How a worker asks the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Context,
    Sender,
    Deadline,
    Hops,
    Spawned,
    Several,
}

/// Asks the next one with what is in the number, down to 0, and tells what came of it.
struct Asks {
    next: String,
    way: Way,
    tells: Tells,
}

#[async_worker]
impl Worker for Asks {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, left: u64) -> Result<()> {
        if left == 0 {
            return ctx.reply(0_u64).await;
        }
        let (next, sender, left) = (self.next.clone(), ctx.sender(), left - 1);
        let asked: Result<u64> = match self.way {
            Way::Context => ctx.ask(next, left).await,
            Way::Sender => sender.ask(next, left).await,
            Way::Hops => ctx.ask(route!["hop 1", "hop 2", next], left).await,
            Way::Deadline => sender.ask_timeout(next, left, SECOND * 30).await,
            Way::Spawned => {
                let asking = tokio::spawn(async move { sender.ask(next, left).await });
                asking.await.expect("it doesn't panic")
            }
            Way::Several => {
                let first = ctx.ask::<u64>("silent", 1_u64);
                tokio::select! {
                    asked = first => asked,
                    asked = sender.ask(next, left) => asked,
                }
            }
        };
        let outcome = asked.as_ref().map(|it| *it);
        let outcome = outcome.map_err(|error| (error.kind(), error.to_string()));
        let _ = self.tells.send((ctx.address().to_string(), outcome));
        match ctx.time_left() {
            Some(_) => ctx.reply(asked.unwrap_or(1_000)).await,
            // It was told.
            None => Ok(()),
        }
    }
}

async fn ring(ctx: &Context, names: &[&str], way: Way) -> Result<Told> {
    let (tells, told) = unbounded_channel();
    for (place, name) in names.iter().enumerate() {
        let next = names[(place + 1) % names.len()].to_string();
        let tells = tells.clone();
        ctx.start_worker(*name, Asks { next, way, tells }).await?;
    }
    for hop in ["hop 1", "hop 2"] {
        ctx.start_worker(hop, Hop).await?;
    }
    let silent = does(|_, _| Box::pin(std::future::pending()));
    ctx.start_worker("silent", silent).await?;
    Ok(told)
}

async fn ended(ctx: Context) -> Result<()> {
    ctx.kill_worker("silent").await?;
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn the_ask_that_closes_it_fails_at_once_and_prints_it() -> Result<()> {
    for way in [Way::Context, Way::Sender, Way::Hops, Way::Deadline] {
        let ctx = NodeBuilder::new().start().await?;
        let mut told = ring(&ctx, &["a", "b", "c"], way).await?;
        let begin = Instant::now();
        let answer = ctx.ask::<u64>("a", 1_000_u64).await?;
        assert_eq!(answer, 1_000);
        let (who, outcome) = soon(told.recv()).await.expect("they tell");
        assert_eq!(who, "0#c", "{way:?}");
        let (kind, why) = outcome.unwrap_err();
        assert_eq!(kind, ErrorKind::NoReply);
        assert_eq!(
            why, "0#c waits for 0#a waits for 0#b waits for 0#c",
            "{way:?}"
        );
        assert!(begin.elapsed() < SECOND, "{way:?}");
        // The others go on, and so does the next round.
        for who in ["0#b", "0#a"] {
            assert_eq!(soon(told.recv()).await, Some((who.to_string(), Ok(1_000))));
        }
        assert_eq!(ctx.ask::<u64>("a", 2_u64).await?, 0);
        ended(ctx).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_asks_itself_is_the_smallest_one() -> Result<()> {
    for way in [Way::Sender, Way::Hops] {
        let ctx = NodeBuilder::new().start().await?;
        let mut told = ring(&ctx, &["a"], way).await?;
        let begin = Instant::now();
        ctx.send_message("a", 2_u64).await?;
        let (_, outcome) = soon(told.recv()).await.expect("it tells");
        let (kind, why) = outcome.unwrap_err();
        assert_eq!(
            (kind, why.as_str()),
            (ErrorKind::NoReply, "0#a waits for 0#a"),
            "{way:?}"
        );
        assert!(begin.elapsed() < SECOND, "{way:?}");
        ended(ctx).await?;
    }
    Ok(())
}

/// Neither question is the cause of the other one, and each waits behind the handler that asks the other one.
#[tokio::test(start_paused = true)]
async fn two_that_ask_each_other_for_reasons_of_their_own() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut told = ring(&ctx, &["a", "b"], Way::Context).await?;
    let begin = Instant::now();
    ctx.send_message("a", 1_u64).await?;
    ctx.send_message("b", 1_u64).await?;
    let (who, outcome) = soon(told.recv()).await.expect("they tell");
    let why = outcome.unwrap_err().1;
    assert_eq!(
        (who.as_str(), why.as_str()),
        ("0#b", "0#b waits for 0#a waits for 0#b")
    );
    assert_eq!(soon(told.recv()).await, Some(("0#a".to_string(), Ok(0))));
    assert!(begin.elapsed() < SECOND);
    ended(ctx).await
}

/// On two threads, whoever comes last finds it, or both do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_close_it_at_once_do_not_both_miss_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut told = ring(&ctx, &["a", "b"], Way::Context).await?;
    let begin = Instant::now();
    for _ in 0..2_000 {
        let (a, b) = tokio::join!(ctx.send_message("a", 1_u64), ctx.send_message("b", 1_u64));
        a.and(b)?;
        for _ in 0..2 {
            let (who, outcome) = soon(told.recv()).await.expect("they tell");
            if let Err((kind, why)) = outcome {
                assert_eq!(kind, ErrorKind::NoReply, "{who}: {why}");
            }
        }
    }
    assert!(
        begin.elapsed() < SECOND * 30,
        "none has waited for a deadline"
    );
    ended(ctx).await
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_wait_in_its_handler_closes_none() -> Result<()> {
    for way in [Way::Spawned, Way::Several] {
        let ctx = NodeBuilder::new().start().await?;
        let mut told = ring(&ctx, &["a", "b"], way).await?;
        ctx.send_message("a", 2_u64).await?;
        for _ in 0..2 {
            let (who, outcome) = soon(told.recv()).await.expect("they tell");
            let (kind, why) = outcome.unwrap_err_or_ok();
            assert_ne!(kind, Some(ErrorKind::NoReply), "{way:?}, {who}: {why}");
        }
        ended(ctx).await?;
    }
    Ok(())
}

trait Either {
    fn unwrap_err_or_ok(self) -> (Option<ErrorKind>, String);
}

impl Either for Result<u64, (ErrorKind, String)> {
    fn unwrap_err_or_ok(self) -> (Option<ErrorKind>, String) {
        match self {
            Ok(number) => (None, number.to_string()),
            Err((kind, why)) => (Some(kind), why),
        }
    }
}

/// Who has answered, or will answer later, or has passed the question on, is not waited for.
#[tokio::test(start_paused = true)]
async fn a_question_that_has_left_its_handler_closes_none() -> Result<()> {
    for how in ["answered", "later", "kept", "passed on"] {
        let mut ctx = NodeBuilder::new().start().await?;
        let front = does(|ctx, number| {
            Box::pin(async move {
                if number == 0 {
                    return ctx.reply(7_u64).await;
                }
                let answer: u64 = ctx.ask("back", number).await?;
                ctx.send_message("app", answer).await
            })
        });
        ctx.start_worker("front", front).await?;
        let other = does(|ctx, number| {
            Box::pin(async move {
                sleep(SECOND).await;
                ctx.reply(number).await
            })
        });
        ctx.start_worker("other", other).await?;
        ctx.start_worker("back", Back { how }).await?;
        ctx.send_message("front", 5_u64).await?;
        at_rest().await;
        if how != "answered" {
            ctx.send_message("back", 0_u64).await?;
        }
        let mut got = [
            soon(ctx.receive::<u64>()).await?.into_body(),
            soon(ctx.receive::<u64>()).await?.into_body(),
        ];
        got.sort_unstable();
        assert_eq!(got, [5, 7], "{how}");
        ctx.stop().await?;
    }
    Ok(())
}

struct Back {
    how: &'static str,
}

impl Back {
    /// The front waits for an answer, or has it already.
    async fn ask_the_front(ctx: &Context) -> Result<()> {
        let answer = ctx.ask::<u64>("front", 0_u64).await?;
        ctx.send_message("app", answer).await
    }
}

impl Worker for Back {
    type Message = u64;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: ockam::Routed<u64>) -> Result<()> {
        let number = *msg.body();
        if number == 0 {
            return Self::ask_the_front(ctx).await;
        }
        match self.how {
            "answered" => {
                ctx.reply(number).await?;
                Self::ask_the_front(ctx).await
            }
            "later" => {
                let reply = ctx.reply_later::<u64>();
                tokio::spawn(async move {
                    sleep(SECOND).await;
                    reply.send(number).await
                });
                Ok(())
            }
            "kept" => {
                let (back, sender) = (msg.return_route().clone(), ctx.sender());
                tokio::spawn(async move {
                    sleep(SECOND).await;
                    sender.send_message(back, number).await
                });
                Ok(())
            }
            _ => {
                let answer: u64 = number;
                let (back, sender) = (msg.return_route().clone(), ctx.sender());
                sender.send_message(back, answer).await
            }
        }
    }
}

/// It takes messages while it waits, and may answer one.
#[tokio::test(start_paused = true)]
async fn a_handler_that_receives_while_it_asks_closes_none() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let back = does(|ctx, number| {
        Box::pin(async move {
            let answer: u64 = ctx.ask("front", number + 1).await?;
            ctx.reply(answer).await
        })
    });
    let back = ctx.start_worker("back", back).await?;
    let front = does(move |ctx, number| {
        let back = back.clone();
        Box::pin(async move {
            let sender = ctx.sender();
            let (asked, received) = tokio::join!(back.ask::<u64>(number), async {
                let question = ctx.receive::<u64>().await?;
                let answer = *question.body() * 10;
                sender.send_message(question.return_route(), answer).await
            });
            received?;
            ctx.send_message("app", asked?).await
        })
    });
    ctx.start_worker("front", front).await?;
    ctx.send_message("front", 4_u64).await?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 50);
    ctx.stop().await
}

/// A start waits for the `initialize` of the worker, which asks the starter.
#[tokio::test(start_paused = true)]
async fn an_initialize_that_asks_its_starter_closes_one() -> Result<()> {
    struct AsksOnStart;

    impl Worker for AsksOnStart {
        type Message = u64;
        type Context = Context;

        async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.ask::<u64>("starts", 1_u64).await.map(drop)
        }
    }

    let ctx = NodeBuilder::new().start().await?;
    let starts = does(|ctx, _| {
        Box::pin(async move { ctx.start_worker("child", AsksOnStart).await.map(drop) })
    });
    let starts = ctx.start_worker("starts", starts).await?;
    let begin = Instant::now();
    let failed = starts.ask::<u64>(1).await.unwrap_err();
    assert_eq!(failed.to_string(), "0#starts waits for 0#starts");
    assert!(begin.elapsed() < SECOND);
    ctx.stop().await
}
