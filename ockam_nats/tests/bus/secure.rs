//! Secure channels over the bus.

use ockam::{Context, ErrorKind, Identity, Result, Routed, SecureChannels, Trust, Worker};
use ockam::{async_worker, route};

use crate::kit::{node, server};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        assert!(msg.peer().is_some(), "it comes by a channel");
        ctx.reply(msg.into_body()).await
    }
}

#[tokio::test]
async fn a_channel_goes_over_the_bus_and_what_it_leads_to_is_reached_by_it_alone() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = node(&server, "back").await?;
    back.start_worker("echoer", Echoer).await?;
    let bob = Identity::create().await?;
    let channels = SecureChannels::new(&back, bob.clone())?;
    channels.listen("secure", Trust::anyone(), "echoer").await?;
    back_nats.expose("secure");

    let (front, nats) = node(&server, "front").await?;
    let channels = SecureChannels::new(&front, Identity::create().await?)?;
    let trust = Trust::only(bob.identifier());
    let channel = channels
        .connect(route![nats.node("back"), "secure"], trust)
        .await?;
    let hello = "Hello Bob!".to_string();
    let reply: String = front.ask(route![&channel, "echoer"], hello.clone()).await?;
    assert_eq!(reply, hello);

    let direct = front
        .ask::<String>(route![nats.node("back"), "echoer"], hello)
        .await;
    assert_eq!(direct.unwrap_err().kind(), ErrorKind::UnknownAddress);
    let other = Trust::only(Identity::create().await?.identifier());
    let refused = channels
        .connect(route![nats.node("back"), "secure"], other)
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    front.stop().await?;
    back.stop().await
}
