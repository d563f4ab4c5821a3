//! The return route is built by the hops, and leads back.

use ockam::{Address, Context, Result, Routed, Worker, async_worker, route};

use super::witness::{witnesses, written};

/// Answers with the double and the return route of the question.
struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        assert!(msg.onward_route().is_empty(), "it is the end of the route");
        ctx.reply((2 * *msg, msg.return_route().to_string())).await
    }
}

type Answer = (u64, String);

#[ockam::test]
async fn each_hop_puts_its_address_in_front_of_the_way_back(mut ctx: Context) -> Result<()> {
    let mut lines = witnesses(&ctx, &["a", "b", "c"]).await?;
    ctx.start_worker("doubler", Doubler).await?;
    ctx.send_message(route!["a", "b", "c", "doubler"], 21_u64)
        .await?;

    let answer = ctx.receive::<Answer>().await?;
    assert_eq!(answer.0, 42);
    assert_eq!(answer.1, "0#c => 0#b => 0#a => 0#app");
    assert_eq!(answer.return_route(), &route!["a", "b", "c", "doubler"]);
    assert_eq!(answer.sender(), Some(&Address::from("doubler")));
    assert_eq!(
        written(&mut lines),
        [
            "0#a: 0#app | 0#b => 0#c => 0#doubler",
            "0#b: 0#a => 0#app | 0#c => 0#doubler",
            "0#c: 0#b => 0#a => 0#app | 0#doubler",
            "0#c: 0#doubler | 0#b => 0#a => 0#app",
            "0#b: 0#c => 0#doubler | 0#a => 0#app",
            "0#a: 0#b => 0#c => 0#doubler | 0#app",
        ]
    );
    Ok(())
}

#[ockam::test]
async fn the_answer_to_an_ask_comes_back_through_the_hops(ctx: Context) -> Result<()> {
    let mut lines = witnesses(&ctx, &["a", "b"]).await?;
    ctx.start_worker("doubler", Doubler).await?;
    let answer: Answer = ctx.ask(route!["a", "b", "doubler"], 21_u64).await?;
    assert_eq!(answer.0, 42);

    let (_, asker) = answer.1.rsplit_once(" => ").expect("it came through hops");
    let asker = asker.to_owned();
    assert_eq!(
        written(&mut lines),
        [
            format!("0#a: {asker} | 0#b => 0#doubler"),
            format!("0#b: 0#a => {asker} | 0#doubler"),
            format!("0#b: 0#doubler | 0#a => {asker}"),
            format!("0#a: 0#b => 0#doubler | {asker}"),
        ]
    );
    Ok(())
}

#[ockam::test(allow(failures))]
async fn one_can_answer_an_answer(mut ctx: Context) -> Result<()> {
    let _lines = witnesses(&ctx, &["a", "b"]).await?;
    ctx.start_worker("doubler", Doubler).await?;
    ctx.send_message(route!["a", "b", "doubler"], 1_u64).await?;
    for number in [2, 4, 8, 16] {
        let answer = ctx.receive::<Answer>().await?;
        assert_eq!(answer.0, number);
        ctx.send_message(answer.return_route(), answer.0).await?;
    }
    Ok(())
}

#[ockam::test]
async fn answers_go_to_the_context_that_sent(mut ctx: Context) -> Result<()> {
    let _lines = witnesses(&ctx, &["a"]).await?;
    ctx.start_worker("doubler", Doubler).await?;
    let mut home = ctx.open("home")?;
    home.send_message(route!["a", "doubler"], 1_u64).await?;
    home.sender()
        .send_message(route!["a", "doubler"], 2_u64)
        .await?;
    ctx.sender().send_message("doubler", 3_u64).await?;

    let first = home.receive::<Answer>().await?;
    assert_eq!(*first, (2, "0#a => 0#home".to_owned()));
    let second = home.receive::<Answer>().await?;
    assert_eq!(*second, (4, "0#a => 0#home".to_owned()));
    assert_eq!(*ctx.receive::<Answer>().await?, (6, "0#app".to_owned()));
    Ok(())
}

#[ockam::test]
async fn a_route_may_be_long_and_visit_a_hop_twice(ctx: Context) -> Result<()> {
    let mut lines = witnesses(&ctx, &["a", "b"]).await?;
    ctx.start_worker("doubler", Doubler).await?;
    let mut route = route![];
    for _ in 0..50 {
        route.push_back("a");
        route.push_back("a");
        route.push_back("b");
    }
    route.push_back("doubler");
    let answer: Answer = ctx.ask(route, 21_u64).await?;
    assert_eq!(answer.0, 42);
    assert_eq!(written(&mut lines).len(), 300);
    Ok(())
}

#[ockam::test]
async fn main_can_be_a_hop(mut ctx: Context) -> Result<()> {
    ctx.start_worker("doubler", Doubler).await?;
    let mut home = ctx.open("home")?;
    home.send_message(route!["app", "doubler"], 21_u64).await?;
    let question = ctx.receive::<u64>().await?;
    assert_eq!(question.onward_route(), &route!["doubler"]);
    ctx.forward(question).await?;

    let answer = ctx.receive::<Answer>().await?;
    assert_eq!(answer.onward_route(), &route!["home"]);
    ctx.forward(answer).await?;
    let answer = home.receive::<Answer>().await?;
    assert_eq!(*answer, (42, "0#app => 0#home".to_owned()));
    Ok(())
}
