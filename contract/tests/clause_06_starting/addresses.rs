//! The addresses that a worker is started at.

use ockam::{Address, Addresses, Context, ErrorKind, Result, TransportType};
use ockam_contract::hop::Hop;
use tokio::task::JoinSet;

use super::hesitant::{End, Event, hesitant};

#[ockam::test]
async fn a_taken_address_leaves_its_owner_alone(ctx: Context) -> Result<()> {
    let (owner, mut owners) = hesitant();
    owners.end(End::Well);
    let owner = ctx.start_worker(vec!["one", "two"], owner).await?;

    for addresses in [vec!["one"], vec!["two"], vec!["three", "two", "four"]] {
        let (rival, mut rivals) = hesitant();
        let error = ctx.start_worker(addresses, rival).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddressTaken);
        assert_eq!(
            rivals.until_dropped().await,
            [Event::Dropped],
            "it was not initialized"
        );
    }
    assert_eq!(ctx.list_workers(), ["one", "two"].map(Address::from));
    assert_eq!(owner.ask::<u64>(1).await?, 2);
    assert_eq!(ctx.ask::<u64>("two", 2_u64).await?, 4);

    // The other addresses of the workers that failed to start are free.
    ctx.start_worker(vec!["three", "four"], Hop).await?;
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn of_several_starts_at_one_address_one_succeeds(ctx: Context) -> Result<()> {
    for round in 0..20 {
        let mut starts = JoinSet::new();
        for rival in 0..8 {
            let home = ctx.open(format!("home-{rival}"))?;
            // Each worker also has another address, before it or after it.
            let addresses = match rival % 2 {
                0 => vec![format!("own-{rival}"), "wanted".to_owned()],
                _ => vec!["wanted".to_owned(), format!("own-{rival}")],
            };
            starts.spawn(async move { home.start_worker(addresses, Hop).await });
        }
        let mut started = 0;
        for result in starts.join_all().await {
            match result {
                Ok(_) => started += 1,
                Err(error) => assert_eq!(error.kind(), ErrorKind::AddressTaken),
            }
        }
        assert_eq!(started, 1, "in round {round}");
        assert_eq!(ctx.list_workers().len(), 2, "the others have left nothing");
        ctx.stop_worker("wanted").await?;
    }
    Ok(())
}

#[ockam::test]
async fn addresses_that_no_worker_can_have_are_refused(ctx: Context) -> Result<()> {
    let remote = Address::new(TransportType::TCP, "127.0.0.1:4000");
    let refused = [
        Addresses::from(Vec::<Address>::new()),
        Addresses::from(&remote),
        Addresses::from(vec![Address::from("local"), remote.clone()]),
    ];
    for addresses in refused {
        let (worker, mut control) = hesitant();
        let error = ctx.start_worker(addresses, worker).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(control.until_dropped().await, [Event::Dropped]);
    }
    assert_eq!(
        ctx.open(remote).err().map(|error| error.kind()),
        Some(ErrorKind::InvalidInput)
    );
    ctx.start_worker("local", Hop).await?;
    Ok(())
}

#[ockam::test]
async fn an_address_that_is_given_twice_is_an_error_that_leaves_it_free(
    ctx: Context,
) -> Result<()> {
    let started = ctx.start_worker(vec!["twice", "once", "twice"], Hop).await;
    assert!(started.is_err());
    ctx.start_worker(vec!["once", "twice"], Hop).await?;
    Ok(())
}

#[ockam::test]
async fn an_address_is_free_again_after_a_failure_however_often(ctx: Context) -> Result<()> {
    for _ in 0..100 {
        let (worker, mut control) = hesitant();
        control.end(End::Fails);
        let error = ctx.start_worker("worker", worker).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let (worker, mut control) = hesitant();
    control.end(End::Well);
    let handle = ctx.start_worker("worker", worker).await?;
    assert_eq!(handle.ask::<u64>(3).await?, 6);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
