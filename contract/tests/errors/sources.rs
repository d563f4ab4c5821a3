//! The error as the source of others, and with others as its source.

use std::error::Error as StdError;
use std::io;

use ockam::{Context, Error, ErrorContext, ErrorKind, Result, Worker, async_worker};
use thiserror::Error;

/// The error of a library of the user.
#[derive(Error, Debug)]
enum ShopError {
    #[error("the order was not sent")]
    Send(#[from] Error),
    #[error("the order of {customer} was lost")]
    Lost { customer: String, source: Error },
    #[error("the stock of {item} is unknown")]
    Stock {
        item: String,
        #[source]
        cause: Error,
    },
}

/// A transparent error of a library.
#[derive(Error, Debug)]
enum PlainError {
    #[error(transparent)]
    Node(#[from] Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "0#till does not know you")
}

fn shop_errors() -> [ShopError; 3] {
    let (customer, item) = ("Ann".to_owned(), "tea".to_owned());
    [
        denied().into(),
        ShopError::Lost {
            customer,
            source: denied(),
        },
        ShopError::Stock {
            item,
            cause: denied(),
        },
    ]
}

/// The messages of an error and of its causes.
fn chain(error: &(dyn StdError + 'static)) -> Vec<String> {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect()
}

#[test]
fn it_derefs_to_a_std_error_with_its_causes() {
    let error = denied().context("no order").context("no tea");
    let std: &(dyn StdError + Send + Sync) = &*error;
    assert_eq!(
        chain(std),
        ["no tea", "no order", "0#till does not know you"]
    );
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("no order")
    );

    let io = Error::from(io::Error::other("no disk"));
    assert_eq!(
        chain(&*io),
        ["no disk"],
        "a foreign error stands for itself, once"
    );
}

#[test]
fn thiserror_takes_it_as_a_source() {
    let messages = [
        "the order was not sent",
        "the order of Ann was lost",
        "the stock of tea is unknown",
    ];
    for (error, message) in shop_errors().iter().zip(messages) {
        assert_eq!(chain(error), [message, "0#till does not know you"]);
    }
}

#[test]
fn thiserror_lets_it_through() {
    let plain = PlainError::from(denied().context("no order"));
    assert_eq!(chain(&plain), ["no order", "0#till does not know you"]);
    let plain = PlainError::from(io::Error::other("no disk"));
    assert_eq!(chain(&plain), ["no disk"]);
}

#[test]
fn its_kind_survives_an_error_of_the_users_own() {
    for error in shop_errors() {
        assert_eq!(Error::from(error).kind(), ErrorKind::Denied);
    }
    for error in shop_errors() {
        let boxed: Box<dyn StdError + Send + Sync> = error.into();
        let error = Error::from_boxed(boxed).context("the shop is closed");
        assert_eq!(error.kind(), ErrorKind::Denied);
        assert!(error.downcast_ref::<ShopError>().is_some());
    }
}

/// `#[error(transparent)]` returns the causes of its content, but not the content itself. A kind is
/// found only if its error has a cause.
#[test]
fn its_kind_survives_a_transparent_error_if_it_has_a_cause() {
    let plain = PlainError::from(denied().context("no order"));
    assert_eq!(Error::from(plain).kind(), ErrorKind::Denied);
}

#[test]
fn context_goes_in_front_of_whatever_becomes_a_boxed_error() {
    let no_disk = || io::Error::other("no disk");
    let boxed: Box<dyn StdError + Send + Sync> = no_disk().into();
    let results: [Result<()>; 6] = [
        Err::<(), _>(no_disk()).context("no order"),
        Err::<(), _>("no disk").context("no order"),
        Err::<(), _>("no disk".to_owned()).context("no order"),
        Err::<(), _>(boxed).context("no order"),
        Err::<(), _>(Error::new(ErrorKind::Other, "no disk")).context("no order"),
        Err::<(), _>(PlainError::from(no_disk())).with_context(|| format!("no {}", "order")),
    ];
    for result in results {
        let error = result.unwrap_err();
        assert_eq!(chain(&*error), ["no order", "no disk"]);
        assert_eq!(error.kind(), ErrorKind::Other);
    }
    let denied: Result<()> = Err(denied()).context("no order");
    assert_eq!(denied.unwrap_err().kind(), ErrorKind::Denied);
}

#[test]
fn context_is_made_only_of_errors() {
    let made = Ok::<_, Error>(7).with_context(|| -> String { unreachable!("nothing is wrong") });
    assert_eq!(made.ok(), Some(7));
    assert_eq!(Ok::<_, io::Error>(7).context("never").ok(), Some(7));
}

/// A worker whose handler returns the error of a library.
struct Till;

impl Till {
    async fn sell(&self, ctx: &Context, amount: u64) -> Result<(), ShopError> {
        ctx.send_message("safe", amount).await?;
        Ok(())
    }
}

#[async_worker]
impl Worker for Till {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.sell(ctx, msg).await.context("no sale")?;
        ctx.reply(()).await
    }
}

#[ockam::test]
async fn its_kind_and_causes_survive_a_library_on_their_way_to_the_asker(
    ctx: Context,
) -> Result<()> {
    ctx.start_worker("till", Till).await?;
    let error = ctx.ask::<()>("till", 7_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    assert_eq!(
        chain(&*error),
        ["no sale", "the order was not sent", "nothing is at 0#safe"]
    );
    assert!(error.downcast_ref::<ShopError>().is_some());
    Ok(())
}
