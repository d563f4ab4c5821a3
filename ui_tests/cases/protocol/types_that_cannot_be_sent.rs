use std::rc::Rc;

use ockam::{Result, protocol};

#[protocol]
trait Account {
    async fn balance(&mut self) -> Result<Rc<u64>>;
}

fn main() {}
