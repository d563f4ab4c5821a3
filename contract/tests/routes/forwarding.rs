//! Forwarding of a message by a worker on its route.

use ockam::{Any, Context, ErrorKind, Result, Routed, Worker, async_worker, route};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::{Recorder, recorded};

use super::witness::{witnesses, written};

/// Sends messages to each of its workers in turn.
struct Balancer {
    workers: Vec<&'static str>,
    next: usize,
}

#[async_worker]
impl Worker for Balancer {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let worker = self.workers[self.next % self.workers.len()];
        self.next += 1;
        ctx.forward(msg.with_onward_route(worker)).await
    }
}

#[ockam::test]
async fn a_worker_can_choose_another_way_ahead(ctx: Context) -> Result<()> {
    let (one, from_one) = Recorder::<u64>::new();
    let (two, from_two) = Recorder::<u64>::new();
    ctx.start_worker("one", one).await?;
    ctx.start_worker("two", two).await?;
    let workers = vec!["one", "two"];
    ctx.start_worker("balancer", Balancer { workers, next: 0 })
        .await?;
    for number in 0..6_u64 {
        let route = if number < 4 {
            route!["balancer"]
        } else {
            route!["balancer", "nobody"]
        };
        ctx.send_message(route, number).await?;
    }
    for worker in ["balancer", "one", "two"] {
        ctx.stop_worker(worker).await?;
    }
    assert_eq!(recorded(from_one).await, [0, 2, 4]);
    assert_eq!(recorded(from_two).await, [1, 3, 5]);
    Ok(())
}

/// Forwards numbers as text, and text as numbers.
struct Translator;

#[async_worker]
impl Worker for Translator {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let number = msg.downcast_ref::<u64>().copied();
        let text = msg.downcast_ref::<String>().cloned();
        match (number, text) {
            (Some(number), _) => ctx.forward(msg.map(|_| number.to_string())).await,
            (_, Some(text)) => {
                let number: u64 = text.parse()?;
                ctx.forward(msg.map(|_| number)).await
            }
            _ => Ok(()),
        }
    }
}

/// Adds a digit to a text.
struct Scribe;

#[async_worker]
impl Worker for Scribe {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg + "0").await
    }
}

#[ockam::test]
async fn a_worker_can_pass_on_another_message_both_ways(ctx: Context) -> Result<()> {
    ctx.start_worker("translator", Translator).await?;
    ctx.start_worker("scribe", Scribe).await?;
    let answer: u64 = ctx.ask(route!["translator", "scribe"], 7_u64).await?;
    assert_eq!(answer, 70);
    let answer: String = ctx
        .ask(
            route!["translator", "translator", "scribe"],
            "7".to_string(),
        )
        .await?;
    assert_eq!(answer, "70");
    Ok(())
}

/// Forwards even numbers only.
struct Filter;

#[async_worker]
impl Worker for Filter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        match *msg % 2 {
            0 => ctx.forward(msg).await,
            _ => Ok(()),
        }
    }
}

#[ockam::test]
async fn a_worker_of_one_type_can_stand_on_the_way(ctx: Context) -> Result<()> {
    let (recorder, received) = Recorder::<u64>::new();
    ctx.start_worker("recorder", recorder).await?;
    ctx.start_worker("filter", Filter).await?;
    for number in 0..6_u64 {
        ctx.send_message(route!["filter", "recorder"], number)
            .await?;
    }
    let refused = ctx
        .send_message(route!["filter", "recorder"], "text".to_string())
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::WrongType);
    ctx.stop_worker("filter").await?;
    ctx.stop_worker("recorder").await?;
    assert_eq!(recorded(received).await, [0, 2, 4]);
    Ok(())
}

#[ockam::test]
async fn the_end_of_a_route_can_not_be_passed_on_and_comes_back(mut ctx: Context) -> Result<()> {
    ctx.send_message("app", 7_u64).await?;
    let message = ctx.receive::<u64>().await?;
    let mut error = ctx.forward(message).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert_eq!(error.take::<u64>(), Some(7));
    Ok(())
}

#[ockam::test]
async fn a_message_is_passed_on_in_any_and_arrives_as_itself(ctx: Context) -> Result<()> {
    ctx.start_worker("hop", Hop).await?;
    let (recorder, mut received) = Recorder::<Vec<u64>>::new();
    ctx.start_worker("recorder", recorder).await?;
    let sent = vec![1, 2, 3];
    let place = sent.as_ptr();
    ctx.send_message(route!["hop", "hop", "recorder"], sent)
        .await?;
    let seen = received.recv().await.expect("the recorder lives");
    assert_eq!((seen.as_ptr(), seen), (place, vec![1, 2, 3]));
    Ok(())
}

/// Forwards every message from another task, after the handler has returned.
struct Postponer;

#[async_worker]
impl Worker for Postponer {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let desk = ctx.open("desk")?;
        tokio::spawn(async move { desk.forward(msg).await });
        Ok(())
    }
}

#[ockam::test]
async fn a_message_can_be_passed_on_by_somebody_else(ctx: Context) -> Result<()> {
    let mut lines = witnesses(&ctx, &["witness"]).await?;
    ctx.start_worker("postponer", Postponer).await?;
    let mut home = ctx.open("home")?;
    home.send_message(route!["postponer", "witness", "home"], 7_u64)
        .await?;
    let message = home.receive::<u64>().await?;
    assert_eq!(message, 7);
    assert_eq!(message.return_route(), &route!["witness", "desk", "home"]);
    assert_eq!(
        written(&mut lines),
        ["0#witness: 0#desk => 0#home | 0#home"]
    );
    Ok(())
}
