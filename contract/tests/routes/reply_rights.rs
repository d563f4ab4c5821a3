//! A return route that ends with the right to answer is a route like any other: it can be kept, compared,
//! printed and serialised, and the right stays where it is.

use std::collections::HashSet;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Route, Routed, Worker, async_worker, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Keeps the way back of its messages for the test.
struct Keeper(UnboundedSender<Route>);

#[async_worker]
impl Worker for Keeper {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        self.0.send(msg.return_route().clone())?;
        Ok(())
    }
}

/// Starts a keeper behind three hops.
async fn behind_three_hops(ctx: &Context) -> Result<(Route, UnboundedReceiver<Route>)> {
    for hop in ["one", "two", "three"] {
        ctx.start_worker(hop, Hop).await?;
    }
    let (sender, kept) = unbounded_channel();
    ctx.start_worker("keeper", Keeper(sender)).await?;
    Ok((route!["one", "two", "three", "keeper"], kept))
}

#[ockam::test]
async fn a_kept_way_back_leads_to_its_asker_over_all_hops(ctx: Context) -> Result<()> {
    let (way, mut kept) = behind_three_hops(&ctx).await?;
    let mut asked = Box::pin(ctx.ask::<u64>(&way, 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let back = soon(kept.recv()).await.expect("it was asked");
    assert_eq!((back.len(), back.as_slice().len()), (4, 3));
    assert!(back.iter().eq(route!["three", "two", "one"].iter()));

    // None of these is the right to answer, and none of them uses it up.
    let again = back.clone();
    let mut longer = back.clone();
    longer.push_front("front");
    longer.push_back("back");
    longer.extend(["further"]);
    assert_eq!(longer.len(), 7);
    assert_eq!(longer.pop_front(), Some("front".into()));
    assert_eq!(longer.last(), Some(&"further".into()));
    let addresses: Vec<_> = again.clone().into_iter().collect();
    assert_eq!(addresses, ["three", "two", "one"]);
    let mut alone = again.clone();
    while alone.pop_front().is_some() {}
    assert!(!alone.is_empty() && alone.len() == 1 && alone.as_slice().is_empty());
    assert_eq!(alone.pop_front(), None);
    let printed = format!("{back} {back:?} {alone}");
    let text = postcard::to_stdvec(&back)?;
    let read: Route = postcard::from_bytes(&text)?;
    drop((addresses, longer, printed, again, read));

    assert!(poll_once(&mut asked).await.is_pending());
    ctx.send_message(&back, 8_u64).await?;
    assert_eq!(soon(asked).await?, 8);
    let late = ctx.send_message(&alone, 9_u64).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::NoRoute, "{late}");
    Ok(())
}

#[ockam::test]
async fn the_right_alone_answers_without_the_hops(ctx: Context) -> Result<()> {
    let (way, mut kept) = behind_three_hops(&ctx).await?;
    let mut asked = Box::pin(ctx.ask::<u64>(&way, 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let mut back = soon(kept.recv()).await.expect("it was asked");
    for hop in ["one", "two", "three"] {
        ctx.stop_worker(hop).await?;
    }
    let lost = ctx.send_message(&back, 7_u64).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::UnknownAddress);
    while back.pop_front().is_some() {}
    ctx.send_message(back, 8_u64).await?;
    assert_eq!(soon(asked).await?, 8);
    Ok(())
}

#[ockam::test]
async fn ways_back_are_equal_if_they_answer_the_same_ask(ctx: Context) -> Result<()> {
    let (way, mut kept) = behind_three_hops(&ctx).await?;
    let (mut one, mut two) = (
        Box::pin(ctx.ask::<u64>(&way, 1_u64)),
        Box::pin(ctx.ask::<u64>(&way, 2_u64)),
    );
    assert!(poll_once(&mut one).await.is_pending());
    let first = soon(kept.recv()).await.expect("it was asked");
    assert!(poll_once(&mut two).await.is_pending());
    let second = soon(kept.recv()).await.expect("it was asked");
    assert_ne!(first, second);
    assert_eq!(first, first.clone());
    assert_ne!(first, route!["three", "two", "one"]);

    // One that is built anew is the same.
    let mut built = first.clone();
    while built.pop_front().is_some() {}
    for hop in ["one", "two", "three"] {
        built.push_front(hop);
    }
    let ways = HashSet::from([first.clone(), second, built.clone()]);
    assert_eq!((built == first, ways.len()), (true, 2));
    Ok(())
}

/// What is read of a serialised way back is a route of names: it gives nobody the right to answer.
#[ockam::test]
async fn a_serialised_way_back_gives_no_right_to_answer(ctx: Context) -> Result<()> {
    let (way, mut kept) = behind_three_hops(&ctx).await?;
    let mut asked = Box::pin(ctx.ask::<u64>(&way, 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let back = soon(kept.recv()).await.expect("it was asked");
    let read: Route = postcard::from_bytes(&postcard::to_stdvec(&back)?)?;
    assert_eq!((read.len(), read.as_slice().len()), (4, 4));
    assert_eq!(read, postcard::from_bytes(&postcard::to_stdvec(&back)?)?);
    let name = read.last().expect("it names the asker").clone();
    assert_eq!(name.value().len(), 32);
    let refused = ctx.send_message(name, 7_u64).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAddress);
    drop(back);
    let error = soon(asked).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply, "the last right is gone");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_last_of_many_clones_ends_the_ask_wherever_it_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (way, mut kept) = behind_three_hops(&ctx).await?;
    let mut asked = Box::pin(ctx.ask::<u64>(&way, 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let back = soon(kept.recv()).await.expect("it was asked");
    let clones = vec![back.clone(); 100];
    let in_a_mailbox = ctx.open("inbox")?;
    ctx.send_message("inbox", back).await?;
    drop(clones);
    at_rest().await;
    assert!(poll_once(&mut asked).await.is_pending());
    drop(in_a_mailbox);
    let error = soon(asked).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    Ok(())
}
