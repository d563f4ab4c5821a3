#![deny(warnings)]

use std::fmt::{self, Debug, Display, Formatter};
use std::marker::PhantomData;

use ockam::{async_worker, Context, Message, Result, Worker};

trait Peer<W>: Send + 'static {}

struct Everyone;

impl<W> Peer<W> for Everyone {}

struct Greeter<P, M>(PhantomData<P>, M);

impl<P, M: Display> Debug for Greeter<P, M> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Greeter of {}", self.1)
    }
}

#[async_worker]
impl<P: Peer<Self>, M: Message + Display> Worker for Greeter<P, M>
where
    Self: Debug,
    Vec<Self>: Send,
{
    type Message = M;

    async fn handle_message(&mut self, ctx: &mut Context, msg: M) -> Result<()> {
        self.1 = msg;
        ctx.reply(format!("{self:?}")).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let greeter = Greeter(PhantomData::<Everyone>, 1_u8);
    ctx.start_worker("greeter", greeter).await?;
    let said: String = ctx.ask("greeter", 7_u8).await?;
    assert_eq!(said, "Greeter of 7");
    ctx.stop().await
}
