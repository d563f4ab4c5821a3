//! Several nodes behind one in the middle, which do not trust each other.

use ockam::{Address, Connection, Context, ErrorKind, Result, Route, TransportSettings, route};
use ockam_contract::pace::soon;
use ockam_transport::{Extension, Failure, TransportMessage};

use crate::nodes::{connecting, denied, listening, tcp_address};
use crate::raw::Raw;
use crate::workers::Sends;

/// A node whose worker `desk`, which is not exposed, has sent to a far node, and another tenant of the node
/// in the middle.
struct Tenants {
    ctx: Context,
    connection: Connection,
    far_address: Address,
    failures: tokio::sync::mpsc::UnboundedReceiver<ockam::Error>,
    middle: Context,
    far: Context,
    tenant: Raw,
    /// The way from the far node to the desk.
    from_far: Route,
    /// The way from the node in the middle to the desk.
    to_desk: Route,
}

async fn tenants() -> Result<Tenants> {
    const MESSAGES: u64 = 5;
    let (mut far, listener) = listening(TransportSettings::new(), "app").await?;
    let far_address = tcp_address(listener.local_address());
    let (middle, listener) = listening(TransportSettings::new(), far_address.clone()).await?;
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let connection = tcp.connect(listener.local_address()).await?;
    let (sends, failures) = Sends::<u64>::new(route![&connection, &far_address, "app"]);
    ctx.start_worker("desk", sends).await?;
    let mut from_far = Route::new();
    for number in 0..MESSAGES {
        ctx.send_message("desk", number).await?;
        let message = soon(far.receive::<u64>()).await?;
        from_far = message.return_route().clone();
    }
    let tenant = Raw::ours(listener.local_address()).await;
    Ok(Tenants {
        ctx,
        connection,
        far_address,
        failures,
        middle,
        far,
        tenant,
        to_desk: from_far.rest(),
        from_far,
    })
}

impl Tenants {
    async fn stop(self) -> Result<()> {
        drop(self.tenant);
        soon(self.ctx.stop()).await?;
        soon(self.middle.stop()).await?;
        soon(self.far.stop()).await
    }
}

#[tokio::test]
async fn a_tenant_uses_up_no_answers_to_another_one() -> Result<()> {
    let mut all = tenants().await?;
    let back = [route!["raw"], route!["app"], route!["raw", "app"], route![]];
    for back in &back {
        all.tenant
            .tell(all.to_desk.clone(), back.clone(), &[7; 8])
            .await;
    }
    // The last one, too: it tells by which connection of the middle it has come.
    denied(&all.ctx, back.len() as u64).await;
    // Whom the desk has sent to can still answer. The desk sends on what it gets.
    soon(all.far.send_message(&all.from_far, 7_u64)).await?;
    assert_eq!(soon(all.far.receive::<u64>()).await?, 7);
    all.stop().await
}

#[tokio::test]
async fn a_tenant_forges_no_report_about_a_message_to_another_one() -> Result<()> {
    let mut all = tenants().await?;
    let report = TransportMessage {
        onward: all.to_desk.clone(),
        extension: Some(Extension {
            failure: Some(Failure {
                kind: ErrorKind::UnknownAddress,
                id: 0,
                names: vec!["0#app"],
            }),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    };
    all.tenant.send(&report).await;
    denied(&all.middle, 1).await;
    // A report that is true comes through.
    let nobody = route![&all.connection, &all.far_address, "nobody"];
    let (sends, mut failures) = Sends::<u64>::new(nobody);
    all.ctx.start_worker("another", sends).await?;
    all.ctx.send_message("another", 7_u64).await?;
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress, "{failure}");
    assert!(all.failures.is_empty(), "and nothing else was reported");
    all.stop().await
}
