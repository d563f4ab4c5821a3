//! The message that could not be delivered, behind an error.

use std::error::Error as StdError;
use std::sync::Arc;

use ockam::{Any, Context, Error, ErrorContext, ErrorKind, LocalOnly, Message, Result, route};
use thiserror::Error;

/// A message without `Debug`, `Clone`, `PartialEq` and `Sync`.
struct Secret(std::cell::Cell<u64>);

impl Message for Secret {}

fn secret() -> Secret {
    Secret(std::cell::Cell::new(7))
}

fn undelivered() -> Error {
    Error::new(ErrorKind::MailboxFull, "no room").with_undelivered(secret())
}

#[track_caller]
fn given_back(mut error: Error) {
    assert!(error.take::<u64>().is_none());
    let secret = error.take::<Secret>().expect("the message is behind it");
    assert_eq!(secret.0.get(), 7);
    assert!(error.take::<Secret>().is_none(), "it is taken once");
}

#[test]
fn it_is_taken_out_once_and_as_what_it_is() {
    given_back(undelivered());
    assert!(
        Error::new(ErrorKind::MailboxFull, "no room")
            .take::<Secret>()
            .is_none()
    );
}

#[test]
fn it_is_taken_out_of_any() {
    let error = Error::new(ErrorKind::MailboxFull, "no room");
    given_back(error.with_undelivered(Any::new(secret())));

    let error = Error::new(ErrorKind::MailboxFull, "no room");
    let any = error.with_undelivered(Any::new(secret())).take::<Any>();
    assert!(any.is_some_and(|any| any.is::<Secret>()), "or left in it");
}

#[test]
fn it_is_taken_out_from_behind_context_and_boxes() {
    given_back(undelivered().context("no order").context("no tea"));
    given_back(Err::<(), _>(undelivered()).context("no order").unwrap_err());
    let boxed: Box<dyn StdError + Send + Sync> = undelivered().context("no order").into();
    given_back(Error::from_boxed(boxed));

    let foreign = Error::from(std::io::Error::other("no disk")).with_undelivered(secret());
    given_back(foreign.context("no order"));
}

#[derive(Error, Debug)]
#[error("the order was not sent")]
struct ShopError(#[from] Error);

#[test]
fn it_is_taken_out_from_behind_an_error_of_the_users_own() {
    given_back(Error::from(ShopError::from(undelivered())));
    given_back(Error::from(ShopError::from(
        undelivered().context("no room for tea"),
    )));
}

#[test]
fn it_is_dropped_with_the_error() {
    let token = Arc::new(());
    let error = Error::new(ErrorKind::MailboxFull, "no room");
    let error = error
        .with_undelivered(LocalOnly(token.clone()))
        .context("no tea");
    assert_eq!(Arc::strong_count(&token), 2);
    drop(error);
    assert_eq!(Arc::strong_count(&token), 1);
}

#[ockam::test]
async fn a_send_can_be_tried_again_with_what_came_back(mut ctx: Context) -> Result<()> {
    let mut message = secret();
    for address in ["nobody", "no one", "app"] {
        let sent = ctx.send_message(address, message).await;
        match sent.with_context(|| format!("{address} got nothing")) {
            Ok(()) => break,
            Err(mut error) => message = error.take().expect("it comes back"),
        }
    }
    assert_eq!(ctx.receive::<Secret>().await?.0.get(), 7);
    Ok(())
}

#[ockam::test]
async fn it_comes_back_from_behind_hops(ctx: Context) -> Result<()> {
    ctx.start_worker("hop", ockam_contract::hop::Hop).await?;
    let asked = ctx
        .ask::<()>(route!["hop", "hop", "nobody"], secret())
        .await;
    given_back(asked.context("no answer").unwrap_err());
    Ok(())
}
