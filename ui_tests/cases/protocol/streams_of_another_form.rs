use std::fmt::Display;

use ockam::{Context, Result, protocol};

trait Stream {
    type Item;
}

#[protocol]
trait Numbers {
    fn borrowed(&mut self, ctx: &mut Context) -> impl Stream<Item = u64>;
    async fn in_a_result(&mut self) -> Result<impl Stream<Item = u64> + Send>;
    fn of_what(&mut self) -> impl Stream + Send + 'static;
    async fn shown(&mut self) -> impl Display + Send + 'static;
}

fn main() {}
