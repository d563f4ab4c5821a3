//! Traits of every form that is allowed.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::mpsc;

use ockam::{Context, LocalOnly, Message, Result, protocol};

#[protocol]
trait Store<K: Message + Ord, V: Message + Clone>: Debug
where
    Option<V>: Message,
{
    async fn put(&mut self, key: K, value: V);
    async fn look_up(&mut self, key: K) -> Option<V>;
}

#[derive(Debug)]
struct Map<K, V>(BTreeMap<K, V>);

impl<K, V> Store<K, V> for Map<K, V>
where
    K: Message + Ord + Debug,
    V: Message + Clone + Debug,
    Option<V>: Message,
{
    async fn put(&mut self, key: K, value: V) {
        self.0.insert(key, value);
    }

    async fn look_up(&mut self, key: K) -> Option<V> {
        self.0.get(&key).cloned()
    }
}

#[ockam::test]
async fn a_trait_may_be_generic(ctx: Context) -> Result<()> {
    let map = Map(BTreeMap::<String, u64>::new());
    ctx.start_worker("store", StoreWorker::new(map)).await?;
    let store = StoreClient::new(&ctx, "store");
    store.put("seven".to_string(), 7_u64).await?;
    assert_eq!(store.look_up("seven".to_string()).await?, Some(7));
    assert_eq!(store.look_up("eight".to_string()).await?, None);
    Ok(())
}

/// Arguments with the names that the macro uses itself, raw names, and a method that is not compiled.
#[protocol]
trait Odd {
    async fn r#move(&mut self, ctx: u64, call: u64, answer: u64) -> u64;
    async fn wait(&mut self, buffer: u64, timeout: u64, r#type: u64) -> u64;
    async fn nothing(&mut self) -> Result<()>;
    #[cfg(any())]
    async fn absent(&mut self, it: NoSuchType) -> Result<()>;
    /// This one never leaves the node.
    async fn callback(&mut self, back: LocalOnly<mpsc::Sender<u64>>);
}

struct Sums;

impl Odd for Sums {
    async fn r#move(&mut self, ctx: u64, call: u64, answer: u64) -> u64 {
        ctx + call + answer
    }

    async fn wait(&mut self, buffer: u64, timeout: u64, r#type: u64) -> u64 {
        buffer + timeout + r#type
    }

    async fn nothing(&mut self) -> Result<()> {
        Ok(())
    }

    async fn callback(&mut self, back: LocalOnly<mpsc::Sender<u64>>) {
        back.send(7).expect("the test waits");
    }
}

#[ockam::test]
async fn arguments_may_have_any_name(ctx: Context) -> Result<()> {
    ctx.start_worker("odd", OddWorker(Sums)).await?;
    let odd = OddClient::new(&ctx, "odd");
    assert_eq!(odd.r#move(1, 2, 3).await?, 6);
    assert_eq!(odd.wait(1, 2, 4).await?, 7);
    odd.nothing().await?;
    let (back, received) = mpsc::channel();
    odd.callback(LocalOnly(back)).await?;
    odd.nothing().await?;
    assert_eq!(received.try_recv(), Ok(7));
    Ok(())
}
