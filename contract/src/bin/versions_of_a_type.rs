//! A node with a worker for each version of a type, which answers with what it got in words. Its argument is
//! the address to listen at: `tests/tcp/versions_of_a_type.rs`.

use std::fmt::Debug;
use std::marker::PhantomData;

use ockam::{Context, Message, NodeBuilder, Result, Routed, TcpTransport, Worker, async_worker};
use ockam_contract::versions_of_a_type::{ForEach, for_each};

struct Reads<M>(PhantomData<fn(M)>);

#[async_worker]
impl<M: Message + Debug> Worker for Reads<M> {
    type Message = M;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<M>) -> Result<()> {
        ctx.reply(format!("{:?}", msg.body())).await
    }
}

/// Starts the workers.
#[derive(Default)]
struct Starts {
    names: Vec<&'static str>,
    starting: Vec<Box<Start>>,
}

type Start = dyn FnOnce(&Context) -> Starting<'_> + Send;
type Starting<'a> = std::pin::Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

impl ForEach for Starts {
    fn version<M: Message + Debug + Clone + Sync>(&mut self, name: &'static str, _message: M) {
        self.names.push(name);
        self.starting.push(Box::new(move |ctx| {
            Box::pin(async move {
                ctx.start_worker(name, Reads::<M>(PhantomData)).await?;
                Ok(())
            })
        }));
    }
}

fn main() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().worker_threads(2).build()?;
    executor.execute(async move {
        let mut starts = Starts::default();
        for_each(&mut starts);
        for start in starts.starting {
            start(&ctx).await?;
        }
        let address = std::env::args().nth(1).unwrap_or_default();
        let tcp = TcpTransport::new(&ctx)?;
        let listener = tcp.listen(address, starts.names).await?;
        println!("{}", listener.local_address());
        std::future::pending::<Result<()>>().await
    })
}
