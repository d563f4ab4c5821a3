use ockam::{Context, Result, protocol};

#[protocol]
trait Account {
    fn deposit(&mut self, amount: u64);
    async fn close(self);
    async fn look(&self) -> u64;
    async fn make(amount: u64) -> u64;
    async fn new(&mut self) -> u64;
    async fn put<K: Send>(&mut self, key: K);
    async fn late(&mut self, amount: u64, ctx: &mut Context);
    async fn with_body(&mut self) -> Result<u64> {
        Ok(7)
    }
}

fn main() {}
