use ockam::protocol;

#[protocol]
trait Account {
    async fn initialize(&mut self);
    async fn shutdown(&mut self, ctx: &mut ockam::Context) -> ockam::Result<()>;
    async fn deposit(&mut self, amount: u64);
    async fn try_deposit(&mut self, amount: u64);
    async fn balance(&mut self) -> u64;
    async fn balance_timeout(&mut self) -> u64;
    #[protocol(name = "balance")]
    async fn sum(&mut self) -> u64;
}

fn main() {}
