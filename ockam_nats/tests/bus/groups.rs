//! Groups with members on many nodes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ockam::{Context, ErrorKind, Result, Worker, async_worker};
use ockam_nats::NatsTransport;

use crate::kit::{Server, example, node, server};

/// Says who has handled a number.
struct Named(String);

#[async_worker]
impl Worker for Named {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _number: u64) -> Result<()> {
        ctx.reply(self.0.clone()).await
    }
}

async fn member(server: &Server, name: &str) -> Result<(Context, NatsTransport)> {
    let (ctx, nats) = node(server, name).await?;
    ctx.start_worker("named", Named(name.to_owned())).await?;
    nats.serve("named", "named").await?;
    Ok((ctx, nats))
}

/// Asks a group until so many members have answered, and returns how often each has.
async fn ask_until(ctx: &Context, nats: &NatsTransport, members: usize) -> BTreeMap<String, u64> {
    let (mut answers, begun) = (BTreeMap::new(), Instant::now());
    while answers.len() < members {
        let name: String = ctx
            .ask(nats.group("named"), 1_u64)
            .await
            .expect("there are members");
        *answers.entry(name).or_default() += 1;
        assert!(begun.elapsed() < Duration::from_secs(20), "{answers:?}");
    }
    answers
}

#[tokio::test]
async fn each_member_gets_its_share() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (a, _nats) = member(&server, "a").await?;
    let (b, _nats) = member(&server, "b").await?;
    let (front, nats) = node(&server, "front").await?;
    // The first that answers is known first.
    ask_until(&front, &nats, 2).await;
    let mut answers: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..200 {
        *answers
            .entry(front.ask(nats.group("named"), 1_u64).await?)
            .or_default() += 1;
    }
    assert!(answers.values().all(|count| *count >= 60), "{answers:?}");
    // A member on the node itself is one like the others.
    front
        .start_worker("named", Named("front".to_owned()))
        .await?;
    nats.serve("named", "named").await?;
    ask_until(&front, &nats, 3).await;
    for ctx in [front, a, b] {
        ctx.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_group_that_nobody_serves_is_unknown_at_once() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node(&server, "front").await?;
    let begun = Instant::now();
    let asked = front.ask::<String>(nats.group("named"), 1_u64).await;
    let error = asked.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error:#}");
    assert!(error.to_string().contains("named") && begun.elapsed() < Duration::from_secs(2));
    let asked = front.ask::<String>(nats.group("na.med"), 1_u64).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::InvalidInput);
    let nobody = nats.serve("named", "nobody").await;
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::UnknownAddress);

    // Somebody comes.
    let (a, a_nats) = member(&server, "a").await?;
    assert_eq!(ask_until(&front, &nats, 1).await.len(), 1);
    // And leaves the group, but not the bus.
    a_nats.leave("named");
    let begun = Instant::now();
    while front
        .ask::<String>(nats.group("named"), 1_u64)
        .await
        .is_ok()
    {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    let direct: String = front
        .ask(ockam::route![nats.node("a"), "named"], 1_u64)
        .await?;
    assert_eq!(direct, "a");
    front.stop().await?;
    a.stop().await
}

#[tokio::test]
async fn a_node_that_stops_takes_nothing_of_the_group_with_it() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (a, a_nats) = member(&server, "a").await?;
    let (b, _nats) = member(&server, "b").await?;
    let (front, nats) = node(&server, "front").await?;
    ask_until(&front, &nats, 2).await;
    a_nats.leave("named");
    // Messages go on meanwhile. Those that `a` has been sent, it answers.
    let mut last_of_a = 0;
    for number in 0..500 {
        let answer: String = front.ask(nats.group("named"), 1_u64).await?;
        if answer == "a" {
            last_of_a = number;
        }
    }
    assert!(last_of_a < 400, "it has left");
    a.stop().await?;
    for _ in 0..100 {
        assert_eq!(front.ask::<String>(nats.group("named"), 1_u64).await?, "b");
    }
    front.stop().await?;
    b.stop().await
}

#[tokio::test]
async fn the_programs_of_the_book_answer_while_a_node_is_killed() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let url = server.url();
    let back = example("nats_back", &["back", &url]);
    back.expect("back is there");
    let mut other = example("nats_back", &["other", &url]);
    other.expect("other is there");

    let front = example("nats_front", &[&url]);
    front.expect("by name: 49");
    // It has been sent some.
    assert!(other.line().starts_with("other squares"));
    other.signal("KILL");
    other = example("nats_back", &["third", &url]);
    other.expect("third is there");
    let remains = front.end();
    assert!(remains.status.success(), "{remains:?}");
    let numbers: Vec<u64> = remains.lines[0]
        .split(|it: char| !it.is_ascii_digit())
        .filter_map(|it| it.parse().ok())
        .collect();
    let [asked, answered, failed, unknown] = numbers[..] else {
        panic!("{remains:?}")
    };
    assert_eq!(
        (asked, answered + failed + unknown),
        (1000, 1000),
        "{remains:?}"
    );
    assert!(
        unknown <= 2 && failed <= 5,
        "those of one node, one at a time: {remains:?}"
    );
    Ok(())
}

struct Listener(
    tokio::sync::mpsc::UnboundedSender<(&'static str, u64)>,
    &'static str,
);

#[async_worker]
impl Worker for Listener {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, number: u64) -> Result<()> {
        let _ = self.0.send((self.1, number));
        Ok(())
    }
}

#[tokio::test]
async fn all_of_a_group_get_a_message() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node(&server, "front").await?;
    let nobody = front.send_message(nats.all_of("news"), 1_u64).await;
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::UnknownAddress);

    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let mut nodes = Vec::new();
    for name in ["a", "b", "c"] {
        let (ctx, member) = node(&server, name).await?;
        ctx.start_worker("listener", Listener(heard.clone(), name))
            .await?;
        member.serve("news", "listener").await?;
        nodes.push(ctx);
    }
    let begun = Instant::now();
    let serves = |it: &ockam_nats::NatsNode| it.groups.iter().any(|group| group == "news");
    while nats.nodes().iter().filter(|it| serves(it)).count() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for number in 0..10_u64 {
        front.send_message(nats.all_of("news"), number).await?;
    }
    let mut all: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for _ in 0..30 {
        let (name, number) = hears.recv().await.expect("they are there");
        all.entry(name).or_default().push(number);
    }
    assert!(
        all.len() == 3 && all.values().all(|it| it.iter().copied().eq(0..10_u64)),
        "{all:?}"
    );
    let asked = front.ask::<u64>(nats.all_of("news"), 1_u64).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::InvalidInput);
    front.stop().await?;
    for ctx in nodes {
        ctx.stop().await?;
    }
    Ok(())
}
