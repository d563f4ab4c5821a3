use ockam::{Reply, Result, protocol};

#[protocol]
trait Account {
    async fn first(&mut self, reply: Reply<u64>, amount: u64);
    async fn both(&mut self, reply: Reply<u64>) -> Result<u64>;
}

fn main() {}
