use std::sync::atomic::{AtomicU64, Ordering};

use ockam_core::reply::{Answer, slot};

use super::*;

fn pending_asks() -> PendingAsks {
    PendingAsks::new(crate::quota::Quota::new(usize::MAX).share())
}

type Asked = (ReplyTo, Answer<u64>);

/// The number of the last question of all tests.
static LAST: AtomicU64 = AtomicU64::new(0);

fn add(asks: &mut PendingAsks, asker: &ReplyTo, by: &[Address]) -> Vec<PendingAsk> {
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    asks.add(&Question {
        number,
        asker,
        to: &"worker".into(),
        by,
        origin: by.first(),
    })
}

fn way(by: &[Address], asker: &ReplyTo) -> Route {
    by.iter()
        .cloned()
        .chain([asker.address().clone()])
        .collect()
}

/// Asks from this node, or from behind others.
fn ask(asks: &mut PendingAsks, by: &[Address]) -> Asked {
    let (asker, answer) = slot::<u64>(Duration::MAX);
    let forgotten = add(asks, &asker, by);
    drop(forgotten);
    (asker, answer)
}

/// Asks as often as there is room.
fn fill(asks: &mut PendingAsks, by: &[Address]) -> Vec<Asked> {
    let mut all = Vec::new();
    while asks.has_room(by.first()) {
        all.push(ask(asks, by));
    }
    all
}

#[test]
fn those_that_wait_no_longer_are_forgotten() {
    let mut asks = pending_asks();
    let waiting: Vec<_> = (0..10).map(|_| ask(&mut asks, &[])).collect();
    for _ in 0..100 * MIN_ASKS {
        drop(ask(&mut asks, &[]));
        assert!(asks.asks.len() <= MIN_ASKS);
    }
    for (asker, _) in &waiting {
        assert!(asks.take_one(&way(&[], asker)).is_some());
    }
}

#[test]
fn who_asks_under_the_same_name_takes_the_place() {
    let mut asks = pending_asks();
    let (asker, _answer) = ask(&mut asks, &["link".into()]);
    assert_eq!(add(&mut asks, &asker, &[]).len(), 1);
    assert!(asks.shares.origins().is_empty());
    assert!(asks.take_one(&way(&[], &asker)).is_some());
    assert!(asks.asks.is_empty());
}

#[test]
fn only_the_way_back_of_a_question_leads_to_its_asker() {
    let mut asks = pending_asks();
    let [link, relay] = ["link", "relay"].map(Address::from);
    let by = [link.clone(), relay.clone()];
    let (asker, _answer) = ask(&mut asks, &by);
    let turned = [relay, link];
    for other in [&[][..], &turned[..1], &turned] {
        assert!(asks.take_one(&way(other, &asker)).is_none(), "{other:?}");
    }
    assert!(asks.take_one(&way(&by, &asker)).is_some());
    assert!(asks.take_one(&way(&by, &asker)).is_none());
}

#[test]
fn they_end_in_the_order_in_which_they_have_asked() {
    let mut asks = pending_asks();
    let sent: Vec<_> = (0..50).map(|_| ask(&mut asks, &[])).collect();
    let last_sent = LAST.load(Ordering::Relaxed);
    let queued: Vec<_> = (0..50).map(|_| ask(&mut asks, &[])).collect();
    let askers_of = |ended: Vec<PendingAsk>| -> Vec<ReplyTo> {
        ended.into_iter().map(|ask| ask.asker).collect()
    };
    let asked = |asked: &[Asked]| -> Vec<ReplyTo> {
        asked.iter().map(|(asker, _)| asker.clone()).collect()
    };
    assert_eq!(askers_of(asks.take_up_to(last_sent)), asked(&sent));
    assert_eq!(askers_of(asks.take_up_to(last_sent)), []);
    assert_eq!(askers_of(asks.take_up_to(u64::MAX)), asked(&queued));
    assert!(asks.asks.is_empty());
}

#[test]
fn one_origin_leaves_room_for_the_questions_of_others() {
    let mut asks = pending_asks();
    let [greedy, other] = ["greedy", "other"].map(Address::from);
    let _greedy = fill(&mut asks, &[greedy]);
    for by in [&[][..], &[other]] {
        let asked: Vec<_> = (0..1_000).filter(|_| asks.has_room(by.first())).collect();
        assert_eq!(asked.len(), 1_000, "{by:?}");
    }
}

#[test]
fn a_question_takes_as_much_as_its_way_back_is_long() {
    let mut asks = pending_asks();
    let hop = |number: usize| Address::from(format!("{number:01000}"));
    let by: Vec<_> = (0..63).map(hop).collect();
    let asked = fill(&mut asks, &by);
    assert!((200..=270).contains(&asked.len()), "{}", asked.len());
    let few = asked.len();
    asks.take_up_to(u64::MAX);
    let asked = fill(&mut asks, &[]);
    assert!(asked.len() > 100 * few, "{}", asked.len());
    let taken: Vec<_> = asks.take_up_to(u64::MAX);
    assert_eq!(taken.len(), asked.len());
    assert!(asks.has_room(None));
}

#[tokio::test(start_paused = true)]
async fn the_places_of_connections_that_are_gone_are_free_again() {
    let mut asks = pending_asks();
    let [gone, there] = ["gone", "there"].map(Address::from);
    let asked = fill(&mut asks, std::slice::from_ref(&gone));
    let _there = ask(&mut asks, &[there]);
    let found = asks.look().map(|origins| origins.len());
    assert_eq!(found, Some(2));
    let dead = AddressMap::from_iter([(gone.clone(), ())]);
    assert_eq!(asks.take_ended(&dead).len(), asked.len());
    assert!(asks.has_room(Some(&gone)));
    assert_eq!(asks.shares.origins().len(), 1);

    // Whoever asks again and again does not make it look each time.
    assert!(asks.look().is_none());
    tokio::time::advance(LOOK_INTERVAL).await;
    assert!(asks.look().is_some());
}
