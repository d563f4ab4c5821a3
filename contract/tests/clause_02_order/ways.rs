//! One sender that reaches one receiver in all ways, in random sequences.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Route, Sender, WorkerHandle, route};
use ockam_contract::hop::Hop;
use ockam_contract::recorder::{Recorder, recorded};
use proptest::prelude::*;

/// A way to send a message.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// By name. From the second time in a row on, the destination is cached.
    Name,
    /// By another name of the same worker.
    Alias,
    /// By the address read from text.
    Text,
    TryName,
    Sender,
    TrySender,
    /// From another thread, which blocks.
    Blocking,
    Handle,
    TryHandle,
    /// After a message to another worker, which replaces the cached destination.
    Elsewhere,
}

fn way() -> impl Strategy<Value = Way> {
    prop::sample::select(vec![
        Way::Name,
        Way::Alias,
        Way::Text,
        Way::TryName,
        Way::Sender,
        Way::TrySender,
        Way::Blocking,
        Way::Handle,
        Way::TryHandle,
        Way::Elsewhere,
    ])
}

/// A worker that sends, and its handles of the receiver.
struct OneSender {
    ctx: Context,
    sender: Sender,
    handle: WorkerHandle<u64>,
}

impl OneSender {
    async fn send(&self, way: Way, number: u64) -> Result<()> {
        let Self {
            ctx,
            sender,
            handle,
        } = self;
        match way {
            Way::Name => ctx.send_message("recorder", number).await,
            Way::Alias => ctx.send_message("alias", number).await,
            Way::Text => {
                ctx.send_message("0#recorder".parse::<Route>()?, number)
                    .await
            }
            Way::TryName => persist(number, |number| ctx.try_send("recorder", number)).await,
            Way::Sender => sender.send_message("recorder", number).await,
            Way::TrySender => persist(number, |number| sender.try_send("alias", number)).await,
            Way::Blocking => {
                let sender = sender.clone();
                let send = move || sender.blocking_send("recorder", number);
                tokio::task::spawn_blocking(send).await?
            }
            Way::Handle => handle.send(number).await,
            Way::TryHandle => persist(number, |number| handle.try_send(number)).await,
            Way::Elsewhere => {
                ctx.send_message("elsewhere", number).await?;
                ctx.send_message("recorder", number).await
            }
        }
    }
}

/// Tries until there is room. Each failed attempt returns the message.
async fn persist(mut number: u64, mut send: impl FnMut(u64) -> Result<()>) -> Result<()> {
    loop {
        let Err(mut error) = send(number) else {
            return Ok(());
        };
        if error.kind() != ErrorKind::MailboxFull {
            return Err(error);
        }
        number = error.take().expect("a full mailbox gives the message back");
        tokio::task::yield_now().await;
    }
}

/// Sends the numbers from 0 on, one in each way, and returns the numbers that the receiver got.
fn sent(ways: &[Way], node: NodeBuilder) -> Result<Vec<u64>> {
    let (ctx, mut executor) = node.build()?;
    executor.execute(async move {
        let (recorder, received) = Recorder::<u64>::new();
        let (elsewhere, _ignored) = Recorder::<u64>::new();
        ctx.start_worker("elsewhere", elsewhere).await?;
        let handle = ctx
            .start_worker(vec!["recorder", "alias"], recorder)
            .await?;
        let sender = ctx.sender();
        let one = OneSender {
            ctx,
            sender,
            handle,
        };
        for (number, way) in (0..).zip(ways) {
            one.send(*way, number).await?;
        }
        one.ctx.stop().await?;
        Ok(recorded(received).await)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whichever_way_they_are_sent_messages_arrive_in_order(
        ways in prop::collection::vec(way(), 1..200),
        capacity in 1..20_usize,
        threads in 0..3_usize,
    ) {
        let node = NodeBuilder::new().mailbox_capacity(capacity);
        let node = match threads {
            0 => node.current_thread(),
            threads => node.worker_threads(threads),
        };
        let expected: Vec<u64> = (0..ways.len() as u64).collect();
        prop_assert_eq!(sent(&ways, node).expect("every message is sent"), expected);
    }
}

#[ockam::test(worker_threads = 2)]
async fn messages_stay_in_order_along_a_route_of_hops(ctx: Context) -> Result<()> {
    let (recorder, received) = Recorder::<u64>::new();
    for hop in ["a", "b", "c"] {
        ctx.start_worker(hop, Hop).await?;
    }
    ctx.start_worker("recorder", recorder).await?;
    // More than the mailboxes on the way hold.
    let numbers = 0..5_000_u64;
    for number in numbers.clone() {
        ctx.send_message(route!["a", "b", "c", "recorder"], number)
            .await?;
    }
    for worker in ["a", "b", "c", "recorder"] {
        ctx.stop_worker(worker).await?;
    }
    assert!(recorded(received).await.into_iter().eq(numbers));
    Ok(())
}
