use ockam::protocol;

#[protocol]
trait Account<'a> {
    type Currency;
    const LIMIT: u64;
    async fn deposit(&mut self, amount: u64);
}

fn main() {}
