use ockam::tcp::TcpConnection;
use ockam::{Any, Context, Result, Routed, Worker, worker};

/// Passes on to the next node whatever comes, and lets the answers pass.
///
/// Upstream dials nobody for a peer: a hop to another node is a worker that knows the connection.
pub(crate) struct Forwarder {
    pub(crate) next: TcpConnection,
}

#[worker]
impl Worker for Forwarder {
    type Message = Any;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let message = msg
            .into_local_message()
            .pop_front_onward_route()?
            .push_front_onward_route(self.next.sender_address().clone());
        // An answer comes in by the next node's connection and leaves by the asker's.
        let asker = message.return_route().next()?;
        let answers = self.next.flow_control_id();
        ctx.flow_controls().add_consumer(asker, answers);
        ctx.forward(message).await
    }
}
