//! A client calls a group: one member, or all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{
    Address, Context, Delivery, ErrorKind, Group, GroupHandle, NodeBuilder, Result, TcpTransport,
    protocol, route,
};
use ockam_contract::pace::soon;
use tokio::sync::Notify;
use tokio_stream::{Stream, StreamExt, iter};

#[protocol]
trait Shard {
    async fn put(&mut self, key: u64, value: String);
    async fn values(&mut self, key: u64) -> Vec<String>;
    async fn who(&mut self, ctx: &mut Context) -> Address;
    fn numbers(
        &mut self,
        ctx: &mut Context,
        end: u64,
    ) -> impl Stream<Item = String> + Send + 'static;
}

/// Remembers what was put into it, and tells when a stream of it is dropped.
#[derive(Default)]
struct Memory {
    values: Vec<(u64, String)>,
    dropped: Arc<Notify>,
}

struct Told(Arc<Notify>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl Shard for Memory {
    async fn put(&mut self, key: u64, value: String) {
        self.values.push((key, value));
    }

    async fn values(&mut self, key: u64) -> Vec<String> {
        let of_key = self.values.iter().filter(|(it, _)| *it == key);
        of_key.map(|(_, value)| value.clone()).collect()
    }

    async fn who(&mut self, ctx: &mut Context) -> Address {
        ctx.address().clone()
    }

    fn numbers(
        &mut self,
        ctx: &mut Context,
        end: u64,
    ) -> impl Stream<Item = String> + Send + 'static {
        let (own, told) = (ctx.address().clone(), Told(self.dropped.clone()));
        iter(0..end).map(move |number| {
            let _told = &told;
            format!("{own} {number}")
        })
    }
}

async fn shards(
    ctx: &Context,
    delivery: Delivery<ShardMessage>,
    dropped: &Arc<Notify>,
) -> Result<GroupHandle<ShardMessage>> {
    let dropped = dropped.clone();
    let make = move |_| {
        ShardWorker(Memory {
            dropped: dropped.clone(),
            ..Memory::default()
        })
    };
    Group::new("shards", delivery)
        .members(2, make)
        .start(ctx)
        .await
}

/// The clients of a group: by its handle, and by its address.
fn clients(ctx: &Context, group: &GroupHandle<ShardMessage>) -> [ShardClient; 2] {
    [group.clone().into(), ShardClient::new(ctx, "shards")]
}

#[ockam::test]
async fn a_call_goes_to_one_member(ctx: Context) -> Result<()> {
    let group = shards(&ctx, Delivery::round_robin(), &Arc::default()).await?;
    for client in clients(&ctx, &group) {
        let mut who = Vec::new();
        for _ in 0..4 {
            who.push(client.who().await?.to_string());
        }
        assert_eq!(
            who,
            ["0#shards-0", "0#shards-1", "0#shards-0", "0#shards-1"]
        );
    }
    let client = ShardClient::from(group.clone());
    assert_eq!(format!("{client:?}"), "ShardClient(0#shards)");
    group.stop().await?;
    assert_eq!(client.who().await.unwrap_err().kind(), ErrorKind::Stopped);
    let put = client.clone().try_put(1, "late".to_owned());
    assert_eq!(put.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}

#[ockam::test]
async fn a_key_can_be_an_argument(ctx: Context) -> Result<()> {
    let by_key = Delivery::by_key(|call: &ShardMessage| match call {
        ShardMessage::Put { key, .. } | ShardMessage::Values { key } => *key,
        _ => 0,
    });
    let group = shards(&ctx, by_key, &Arc::default()).await?;
    for (place, client) in clients(&ctx, &group).into_iter().enumerate() {
        for key in 0..8 {
            client.put(key, format!("{place}")).await?;
        }
        for key in 0..8 {
            let values = client.values(key).await?;
            assert_eq!(values.len(), place + 1, "all calls of {key} have met");
        }
    }
    Ok(())
}

#[ockam::test]
async fn a_stream_comes_from_one_member(ctx: Context) -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let group = shards(&ctx, Delivery::round_robin(), &dropped).await?;
    for client in clients(&ctx, &group) {
        let (one, other) = (client.numbers(100).await?, client.numbers(100).await?);
        for (streaming, member) in [(other, "0#shards-1"), (one, "0#shards-0")] {
            let parts = soon(streaming.collect::<Result<Vec<_>>>()).await?;
            let wanted: Vec<_> = (0..100)
                .map(|number| format!("{member} {number}"))
                .collect();
            assert_eq!(parts, wanted);
            soon(dropped.notified()).await;
        }
        // One that nobody reads ends when it is dropped.
        drop(client.numbers(u64::MAX).await?);
        soon(dropped.notified()).await;
        client.who().await?;
    }
    Ok(())
}

#[ockam::test]
async fn a_call_without_an_answer_can_go_to_all(ctx: Context) -> Result<()> {
    let group = shards(&ctx, Delivery::all(), &Arc::default()).await?;
    for client in clients(&ctx, &group) {
        client.put(7, "tea".to_owned()).await?;
        client.try_put(7, "milk".to_owned())?;
        // A call that wants an answer has to go to one.
        let asked = client.values(7).await.unwrap_err();
        assert_eq!(asked.kind(), ErrorKind::InvalidInput);
        let asked = client.numbers(3).await.unwrap_err();
        assert_eq!(asked.kind(), ErrorKind::InvalidInput);
    }
    for member in ["shards-0", "shards-1"] {
        let member = ShardClient::new(&ctx, member);
        assert_eq!(member.values(7).await?, ["tea", "milk", "tea", "milk"]);
    }
    Ok(())
}

/// Its calls can't be copied.
struct Once(u64);

impl ockam::Message for Once {}

#[protocol]
trait Spends {
    async fn spend(&mut self, once: Once) -> u64;
}

struct Till(Arc<AtomicUsize>);

impl Spends for Till {
    async fn spend(&mut self, once: Once) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed);
        once.0
    }
}

#[ockam::test]
async fn arguments_need_not_be_clone_for_one_member(ctx: Context) -> Result<()> {
    let spent = Arc::new(AtomicUsize::new(0));
    let by_till = spent.clone();
    let tills = Group::new("tills", Delivery::least_loaded())
        .members(3, move |_| SpendsWorker(Till(by_till.clone())))
        .start(&ctx)
        .await?;
    let tills = SpendsClient::from(tills);
    for amount in 1..=3 {
        assert_eq!(tills.spend(Once(amount)).await?, amount);
    }
    assert_eq!(spent.load(Ordering::Relaxed), 3);
    Ok(())
}

#[tokio::test]
async fn another_node_calls_a_group() -> Result<()> {
    let (home, far) = (
        NodeBuilder::new().start().await?,
        NodeBuilder::new().start().await?,
    );
    let dropped = Arc::new(Notify::new());
    let group = shards(&home, Delivery::round_robin(), &dropped).await?;
    let listener = TcpTransport::new(&home)?
        .listen("127.0.0.1:0", "shards")
        .await?;
    let tcp = TcpTransport::new(&far)?;
    let connection = tcp.connect(listener.local_address()).await?;
    let client = ShardClient::new(&far, route![&connection, "shards"]);
    assert_eq!(soon(client.who()).await?.to_string(), "0#shards-0");
    // Its parts come from one member, and its end reaches that one.
    let parts = soon(client.numbers(1_000)).await?;
    let parts = soon(parts.collect::<Result<Vec<_>>>()).await?;
    let wanted: Vec<_> = (0..1_000)
        .map(|number| format!("0#shards-1 {number}"))
        .collect();
    assert_eq!(parts, wanted);
    soon(dropped.notified()).await;
    drop(soon(client.numbers(u64::MAX)).await?);
    soon(dropped.notified()).await;
    drop(group);
    soon(far.stop()).await?;
    soon(home.stop()).await
}
