//! Clause 3: between local workers, a message is moved on every route. It is not serialised and not
//! copied. A type that can't be serialised is declared to be local-only.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;

use ockam::{
    Address, Any, Context, ErrorKind, LocalOnly, Message, Result, Routed, TransportType, Worker,
    async_worker, route,
};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::Recorder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A message that panics if it is serialised or copied.
struct Fragile(Box<u64>);

impl Serialize for Fragile {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("a local message was serialised");
    }
}

impl<'de> Deserialize<'de> for Fragile {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a local message was deserialised");
    }
}

impl Fragile {
    fn new() -> Self {
        Self(Box::new(7))
    }

    /// Identifies a value by the place of its data.
    fn place(&self) -> usize {
        std::ptr::from_ref(&*self.0).addr()
    }
}

/// Answers a question with the question.
struct Mirror;

#[async_worker]
impl Worker for Mirror {
    type Message = Fragile;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Fragile) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[ockam::test]
async fn what_is_received_is_what_was_sent(mut ctx: Context) -> Result<()> {
    let fragile = Fragile::new();
    let place = fragile.place();
    ctx.send_message("app", fragile).await?;
    assert_eq!(ctx.receive::<Fragile>().await?.place(), place);
    Ok(())
}

#[ockam::test]
async fn a_worker_handles_what_was_sent(ctx: Context) -> Result<()> {
    let (recorder, mut received) = Recorder::<Fragile>::new();
    let handle = ctx.start_worker("recorder", recorder).await?;
    for way in 0..4 {
        let fragile = Fragile::new();
        let place = fragile.place();
        match way {
            0 => ctx.send_message("recorder", fragile).await?,
            1 => ctx.try_send("recorder", fragile)?,
            2 => ctx.sender().send_message("recorder", fragile).await?,
            _ => handle.send(fragile).await?,
        }
        let fragile = received.recv().await.expect("the recorder lives");
        assert_eq!(fragile.place(), place);
    }
    Ok(())
}

#[ockam::test]
async fn questions_and_answers_are_moved_through_hops_and_back(mut ctx: Context) -> Result<()> {
    ctx.start_worker("mirror", Mirror).await?;
    ctx.start_worker("a", Hop).await?;
    ctx.start_worker("b", Hop).await?;
    for way in [route!["mirror"], route!["a", "b", "mirror"]] {
        let fragile = Fragile::new();
        let place = fragile.place();
        let answer: Fragile = ctx.ask(&way, fragile).await?;
        assert_eq!(answer.place(), place);

        ctx.send_message(&way, answer).await?;
        assert_eq!(ctx.receive::<Fragile>().await?.place(), place);
    }
    Ok(())
}

#[ockam::test]
async fn a_message_that_comes_back_is_the_one_that_was_sent(ctx: Context) -> Result<()> {
    let fragile = Fragile::new();
    let place = fragile.place();
    let mut error = ctx.send_message("nobody", fragile).await.unwrap_err();
    let fragile = error.take::<Fragile>().expect("it comes back");
    assert_eq!(fragile.place(), place);
    Ok(())
}

/// A job for another worker, which can't be serialised.
struct Job(Box<dyn FnOnce() -> u64 + Send>);

impl Message for Job {}

struct Labourer;

#[async_worker]
impl Worker for Labourer {
    type Message = Job;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Job) -> Result<()> {
        ctx.reply((msg.0)()).await
    }
}

#[ockam::test]
async fn an_own_type_is_declared_local_only_by_an_empty_impl(ctx: Context) -> Result<()> {
    ctx.start_worker("labourer", Labourer).await?;
    let captured = [40, 2];
    let job = Job(Box::new(move || captured.iter().sum()));
    assert_eq!(ctx.ask::<u64>("labourer", job).await?, 42);
    Ok(())
}

#[ockam::test]
async fn a_foreign_type_is_sent_as_local_only(mut ctx: Context) -> Result<()> {
    let (sender, receiver) = mpsc::channel::<u64>();
    ctx.send_message("app", LocalOnly(sender)).await?;
    let sender = ctx.receive::<LocalOnly<mpsc::Sender<u64>>>().await?;
    sender.send(7)?;
    assert_eq!(receiver.recv()?, 7);
    Ok(())
}

#[ockam::test]
async fn a_composed_type_is_sent_as_local_only(ctx: Context) -> Result<()> {
    let (recorder, mut received) = Recorder::<LocalOnly<Vec<Job>>>::new();
    let handle = ctx.start_worker("recorder", recorder).await?;
    let jobs = (0..3).map(|number| Job(Box::new(move || number)));
    handle.send(LocalOnly(jobs.collect())).await?;

    let jobs = received.recv().await.expect("the recorder lives").0;
    let numbers = jobs.into_iter().map(|job| (job.0)());
    assert!(numbers.eq(0..3));
    Ok(())
}

#[ockam::test]
async fn a_message_need_be_neither_sync_nor_debug_nor_clone(mut ctx: Context) -> Result<()> {
    type Cell = LocalOnly<std::cell::Cell<u64>>;
    ctx.send_message("app", LocalOnly(std::cell::Cell::new(7_u64)))
        .await?;
    assert_eq!(ctx.receive::<Cell>().await?.get(), 7);
    Ok(())
}

#[ockam::test]
async fn a_message_is_dropped_once_by_whoever_has_it_last(mut ctx: Context) -> Result<()> {
    let token = Arc::new(());
    ctx.start_worker("hop", Hop).await?;
    ctx.send_message(route!["hop", "app"], LocalOnly(token.clone()))
        .await?;
    let received = ctx.receive::<LocalOnly<Arc<()>>>().await?;
    assert_eq!(Arc::strong_count(&token), 2);
    drop(received);
    assert_eq!(Arc::strong_count(&token), 1);

    let (recorder, mut seen) = Recorder::<LocalOnly<Arc<()>>>::new();
    ctx.start_worker("recorder", recorder).await?;
    ctx.send_message("recorder", LocalOnly(token.clone()))
        .await?;
    drop(seen.recv().await);
    ctx.stop_worker("recorder").await?;
    assert_eq!(Arc::strong_count(&token), 1);

    let refused = ctx.send_message("nobody", LocalOnly(token.clone())).await;
    assert_eq!(Arc::strong_count(&token), 2);
    drop(refused);
    assert_eq!(Arc::strong_count(&token), 1);
    Ok(())
}

/// Looks at its messages without unwrapping them.
struct Inspector;

#[async_worker]
impl Worker for Inspector {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let place = msg.downcast_ref::<Fragile>().map(Fragile::place);
        match msg.into_body().downcast::<Fragile>() {
            Ok(fragile) => {
                assert_eq!(Some(fragile.place()), place);
                ctx.reply(fragile).await
            }
            Err(other) => ctx.reply(other.type_name().to_owned()).await,
        }
    }
}

#[ockam::test]
async fn any_holds_the_message_itself(ctx: Context) -> Result<()> {
    ctx.start_worker("inspector", Inspector).await?;
    let fragile = Fragile::new();
    let place = fragile.place();
    let answer: Fragile = ctx.ask("inspector", fragile).await?;
    assert_eq!(answer.place(), place);

    let name: String = ctx.ask("inspector", 7_u64).await?;
    assert_eq!(name, "u64");
    Ok(())
}

#[ockam::test]
async fn what_leaves_the_node_without_a_transport_comes_back_untouched(ctx: Context) -> Result<()> {
    let remote = route![Address::new(TransportType::TCP, "127.0.0.1:4000"), "echoer"];
    let fragile = Fragile::new();
    let place = fragile.place();
    let mut error = ctx.send_message(&remote, fragile).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert_eq!(
        error.take::<Fragile>().map(|fragile| fragile.place()),
        Some(place)
    );

    let job = Job(Box::new(|| 7));
    let mut error = ctx.send_message(&remote, job).await.unwrap_err();
    assert!(error.take::<Job>().is_some());
    Ok(())
}

/// `LocalOnly` behaves as its content.
#[test]
fn local_only_is_its_content() {
    let mut list = LocalOnly(vec![1, 2]);
    list.push(3);
    assert_eq!(list.len(), 3);
    assert_eq!(list, LocalOnly(vec![1, 2, 3]));
    assert_eq!(*LocalOnly(Rc::new(7)).0, 7);
}
