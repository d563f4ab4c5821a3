use std::io::Result;

use ockam::protocol;

#[protocol]
trait Account {
    async fn balance(&mut self) -> Result<u64>;
}

fn main() {}
