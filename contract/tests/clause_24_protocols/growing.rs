//! Two versions of one trait, on two nodes, each way.

use ockam::{
    Connection, Context, Error, ErrorKind, NodeBuilder, Result, TcpTransport, protocol, route,
};

mod old {
    use super::*;

    #[protocol(name = "shop.Orders")]
    pub(super) trait Orders {
        async fn place(&mut self, item: String) -> Result<String>;
        async fn count(&mut self) -> Result<u64>;
    }
}

mod new {
    use super::*;

    fn one() -> u64 {
        1
    }

    #[protocol(name = "shop.Orders")]
    pub(super) trait Orders {
        async fn cancel(&mut self, item: String) -> Result<()>;
        #[protocol(name = "count")]
        async fn number_of_orders(&mut self) -> Result<u64>;
        async fn place(
            &mut self,
            item: String,
            #[serde(default = "one")] pieces: u64,
            #[serde(default)] note: Option<String>,
        ) -> Result<String>;
    }
}

struct Shop;

impl old::Orders for Shop {
    async fn place(&mut self, item: String) -> Result<String> {
        Ok(item)
    }

    async fn count(&mut self) -> Result<u64> {
        Ok(7)
    }
}

impl new::Orders for Shop {
    async fn cancel(&mut self, _item: String) -> Result<()> {
        Ok(())
    }

    async fn number_of_orders(&mut self) -> Result<u64> {
        Ok(8)
    }

    async fn place(&mut self, item: String, pieces: u64, note: Option<String>) -> Result<String> {
        Ok(format!("{pieces} {item}, {note:?}"))
    }
}

/// Starts a node that is connected with the node of `ctx`, which exposes its shop.
async fn far(ctx: &Context) -> Result<(Context, Connection)> {
    let listener = TcpTransport::new(ctx)?
        .listen("127.0.0.1:0", "shop")
        .await?;
    let far = NodeBuilder::new().name("far").start().await?;
    let connection = TcpTransport::new(&far)?
        .connect(listener.local_address())
        .await?;
    Ok((far, connection))
}

/// Checks the kind of an error, and that its text and causes say something.
#[track_caller]
fn says(error: &Error, kind: ErrorKind, texts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), kind, "{text}");
    for part in texts {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
}

#[ockam::test]
async fn an_old_client_calls_a_new_worker(ctx: Context) -> Result<()> {
    ctx.start_worker("shop", new::OrdersWorker(Shop)).await?;
    let (far, connection) = far(&ctx).await?;
    let shop = old::OrdersClient::new(&far, route![&connection, "shop"]);
    assert_eq!(shop.place("tea".to_string()).await?, "1 tea, None");
    assert_eq!(shop.count().await?, 8);
    far.stop().await
}

#[ockam::test]
async fn a_new_client_calls_an_old_worker(ctx: Context) -> Result<()> {
    ctx.start_worker("shop", old::OrdersWorker(Shop)).await?;
    let (far, connection) = far(&ctx).await?;
    let shop = new::OrdersClient::new(&far, route![&connection, "shop"]);
    assert_eq!(shop.number_of_orders().await?, 7);
    let refused = shop.cancel("tea".to_string()).await.unwrap_err();
    says(
        &refused,
        ErrorKind::UnknownMethod,
        &["0#shop", "shop.Orders::cancel"],
    );
    let refused = shop.place("tea".to_string(), 2, None).await.unwrap_err();
    says(
        &refused,
        ErrorKind::WrongType,
        &["shop.Orders::place", "2 arguments too many"],
    );
    // The worker is none the worse.
    assert_eq!(shop.number_of_orders().await?, 7);
    far.stop().await
}

mod strange {
    use super::*;

    /// Another protocol that has methods of the same names.
    #[protocol]
    pub(super) trait Elections {
        async fn count(&mut self) -> Result<u64>;
    }

    /// The same protocol with other arguments.
    #[protocol(name = "shop.Orders")]
    pub(super) trait Orders {
        async fn place(&mut self) -> Result<String>;
    }

    /// The same protocol with an argument of another type.
    #[protocol(name = "shop.Orders")]
    pub(super) trait Numbered {
        async fn place(&mut self, item: u64) -> Result<String>;
    }
}

#[ockam::test]
async fn what_does_not_fit_is_refused_and_named(ctx: Context) -> Result<()> {
    ctx.start_worker("shop", old::OrdersWorker(Shop)).await?;
    let (far, connection) = far(&ctx).await?;
    let shop = route![&connection, "shop"];

    let elections = strange::ElectionsClient::new(&far, shop.clone());
    let refused = elections.count().await.unwrap_err();
    says(
        &refused,
        ErrorKind::WrongType,
        &["Elections", "shop.Orders"],
    );

    let without = strange::OrdersClient::new(&far, shop.clone());
    let refused = without.place().await.unwrap_err();
    says(
        &refused,
        ErrorKind::WrongType,
        &["shop.Orders::place", "lacks the argument `item`"],
    );

    let numbered = strange::NumberedClient::new(&far, shop);
    let refused = numbered.place(7).await.unwrap_err();
    says(
        &refused,
        ErrorKind::WrongType,
        &["shop.Orders::place", "`item`"],
    );
    far.stop().await
}
