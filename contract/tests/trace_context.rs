//! The trace context travels with messages.

use ockam::{
    Address, Any, Context, NodeBuilder, Result, Routed, TcpTransport, TransportType, Worker, route,
};

const TRACE: &str = r#"{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#;

/// Answers with the trace context of the question.
struct Teller;

impl Worker for Teller {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
        ctx.reply(ctx.trace_context().unwrap_or("none").to_owned())
            .await
    }
}

/// Asks the next worker itself, instead of forwarding the message.
struct Asker(Address);

impl Worker for Asker {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let answer: String = ctx.ask(&self.0, msg).await?;
        ctx.reply(answer).await
    }
}

struct Middle;

impl Worker for Middle {
    type Message = Any;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.forward(msg).await
    }
}

#[ockam::test]
async fn it_goes_from_worker_to_worker_and_ends_with_the_handler(mut ctx: Context) -> Result<()> {
    ctx.start_worker("teller", Teller).await?;
    ctx.start_worker("asker", Asker("teller".into())).await?;
    ctx.start_worker("middle", Middle).await?;

    ctx.set_trace_context(Some(TRACE));
    for route in [
        route!["teller"],
        route!["asker"],
        route!["middle", "teller"],
    ] {
        assert_eq!(ctx.ask::<String>(route, String::new()).await?, TRACE);
    }
    ctx.set_trace_context(None);
    for route in [
        route!["teller"],
        route!["asker"],
        route!["middle", "teller"],
    ] {
        assert_eq!(ctx.ask::<String>(route, String::new()).await?, "none");
    }
    ctx.stop().await
}

#[tokio::test]
async fn it_goes_to_other_nodes() -> Result<()> {
    let last = NodeBuilder::new().start().await?;
    last.start_worker("teller", Teller).await?;
    let listener = TcpTransport::new(&last)?
        .listen("127.0.0.1:0", "teller")
        .await?;
    let to_last = Address::new(TransportType::TCP, listener.local_address());

    let middle = NodeBuilder::new().start().await?;
    middle.start_worker("middle", Middle).await?;
    let exposed = [Address::from("middle"), to_last.clone()];
    let listener = TcpTransport::new(&middle)?
        .listen("127.0.0.1:0", exposed)
        .await?;

    let mut first = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&first)?;
    let connection = tcp.connect(listener.local_address()).await?;
    first.set_trace_context(Some(TRACE));
    for route in [
        route![&connection, &to_last, "teller"],
        route![&connection, "middle", &to_last, "teller"],
    ] {
        assert_eq!(first.ask::<String>(route, String::new()).await?, TRACE);
    }
    first.set_trace_context(None);
    let route = route![&connection, &to_last, "teller"];
    assert_eq!(first.ask::<String>(route, String::new()).await?, "none");

    first.stop().await?;
    middle.stop().await?;
    last.stop().await
}
