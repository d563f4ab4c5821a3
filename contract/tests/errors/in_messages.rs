//! An error can be sent in a message, as a result of any type can.

use ockam::{Context, Error, ErrorContext, ErrorKind, Result, Worker};

/// Passes on what becomes of its work.
struct Reporter;

impl Worker for Reporter {
    type Message = Result<u64>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, result: Result<u64>) -> Result<()> {
        let result: Result<u64> = result.context("the work failed");
        ctx.send_message("app", result).await
    }
}

#[ockam::test]
async fn on_one_node_it_is_moved_as_it_is(mut ctx: Context) -> Result<()> {
    let reporter = ctx.start_worker("reporter", Reporter).await?;
    let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
    reporter.send(Err(Error::from(cause))).await?;
    let got = ctx.receive::<Result<u64>>().await?.into_body().unwrap_err();
    assert_eq!(got.to_string(), "the work failed");
    let cause = got.downcast_ref::<std::io::Error>();
    assert_eq!(
        cause.map(|it| it.kind()),
        Some(std::io::ErrorKind::NotFound)
    );
    reporter.send(Ok(7)).await?;
    assert_eq!(ctx.receive::<Result<u64>>().await?.into_body()?, 7);
    Ok(())
}

#[test]
fn its_text_form_has_kind_text_and_causes() -> Result<()> {
    let error = Error::new(ErrorKind::Denied, "closed today").context("nobody came in");
    let json = serde_json::to_string(&error)?;
    assert_eq!(json, r#"["denied","nobody came in",["closed today"]]"#);
    let got: Error = serde_json::from_str(&json)?;
    assert_eq!(got.kind(), ErrorKind::Denied);
    assert_eq!(format!("{got:#}"), "nobody came in: closed today");
    Ok(())
}
