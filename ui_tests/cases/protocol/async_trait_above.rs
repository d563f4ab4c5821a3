use ockam::protocol;

#[protocol]
#[async_trait]
trait Account {
    async fn deposit(&mut self, amount: u64);
}

fn main() {}
