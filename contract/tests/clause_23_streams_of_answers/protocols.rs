//! Methods of a protocol whose answers go on.

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, protocol};
use ockam_contract::pace::soon;
use tokio_stream::{Stream, StreamExt, iter};

use super::next;

#[protocol]
trait Numbers {
    fn up_to(&mut self, end: u64) -> impl Stream<Item = u64> + Send + 'static;
    fn with_context(
        &mut self,
        ctx: &mut Context,
        end: u64,
    ) -> impl Stream<Item = String> + Send + 'static;
    async fn opened(
        &mut self,
        is_there: bool,
    ) -> Result<impl Stream<Item = Result<u64>> + Send + 'static>;
    fn fails_at(&mut self, place: u64) -> impl Stream<Item = Result<u64>> + Send + 'static;
}

struct Counts;

impl Numbers for Counts {
    fn up_to(&mut self, end: u64) -> impl Stream<Item = u64> + Send + 'static {
        iter(0..end)
    }

    fn with_context(
        &mut self,
        ctx: &mut Context,
        end: u64,
    ) -> impl Stream<Item = String> + Send + 'static {
        let own = ctx.address().clone();
        iter(0..end).map(move |number| format!("{own} {number}"))
    }

    async fn opened(
        &mut self,
        is_there: bool,
    ) -> Result<impl Stream<Item = Result<u64>> + Send + 'static> {
        match is_there {
            true => Ok(iter([Ok(7)])),
            false => Err(Error::new(ErrorKind::InvalidInput, "it is not there")),
        }
    }

    fn fails_at(&mut self, place: u64) -> impl Stream<Item = Result<u64>> + Send + 'static {
        iter(0..).map(move |number| match number == place {
            true => Err(Error::new(ErrorKind::Denied, "no further")),
            false => Ok(number),
        })
    }
}

#[tokio::test]
async fn a_client_gets_the_parts_of_a_method() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("numbers", NumbersWorker(Counts)).await?;
    for client in [NumbersClient::new(&ctx, "numbers"), handle.into()] {
        let parts = client.up_to(3).await?.collect::<Result<Vec<_>>>();
        assert_eq!(soon(parts).await?, [0, 1, 2]);
        let parts = client.with_context(2).await?.collect::<Result<Vec<_>>>();
        assert_eq!(soon(parts).await?, ["0#numbers 0", "0#numbers 1"]);
        let parts = client.opened(true).await?.collect::<Result<Vec<_>>>();
        assert_eq!(soon(parts).await?, [7]);
        let error = client.opened(false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let mut streaming = client.fails_at(1).await?;
        assert_eq!(next(&mut streaming).await.transpose()?, Some(0));
        let error = next(&mut streaming)
            .await
            .expect("a last part")
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
        assert!(next(&mut streaming).await.is_none());
    }
    soon(ctx.stop()).await
}
