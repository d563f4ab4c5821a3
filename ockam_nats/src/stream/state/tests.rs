use super::*;

fn bytes(number: u64, length: usize) -> Record {
    let bytes = Bytes::from(vec![7; length]);
    Record::Bytes { number, bytes }
}

fn why(state: &State) -> String {
    match &state.end {
        Some(End::Lost(why)) => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_missing_ends_the_stream() {
    let mut state = State::default();
    state.arrive(bytes(0, 1));
    state.arrive(bytes(3, 1));
    assert!(why(&state).contains("2 messages of the peer were lost"));
    // What came before can be read.
    assert_eq!(state.incoming.pop().unwrap().0.len(), 1);
    assert!(state.incoming.pop().is_none());
}

#[test]
fn what_comes_twice_or_late_ends_the_stream() {
    let mut state = State::default();
    state.arrive(bytes(0, 1));
    state.arrive(bytes(0, 1));
    assert!(why(&state).contains("twice, or too late"));
}

#[test]
fn a_peer_that_sends_more_than_it_may_is_cut_off() {
    let mut state = State::default();
    let mut number = 0;
    while state.end.is_none() {
        state.arrive(bytes(number, 1));
        number += 1;
    }
    assert!(why(&state).contains("more than it may"));
    assert!(number <= WINDOW_BYTES / weight(1) + 1);
    assert!(state.incoming.waiting() <= WINDOW_BYTES);
}

#[test]
fn what_was_read_may_be_sent_again() {
    let (mut ours, mut peers) = (State::default(), State::default());
    ours.greet(VERSION, WINDOW_BYTES).unwrap();
    for round in 0..100 {
        let length = ours.outgoing.room().min(300_000);
        assert!(length > 0, "round {round}");
        let number = ours.outgoing.send_bytes(length);
        peers.arrive(bytes(number, length));
        peers.incoming.pop().unwrap();
        if peers.incoming.owes_window() {
            let total = peers.incoming.tell_read();
            let number = peers.outgoing.number();
            ours.arrive(Record::Window { number, total });
        }
    }
    assert!(ours.end.is_none() && peers.end.is_none());
}

#[test]
fn nothing_is_sent_beyond_the_window() {
    let mut ours = State::default();
    ours.greet(VERSION, 4096).unwrap();
    ours.outgoing.send_bytes(2000);
    assert_eq!(ours.outgoing.room() as u64, 4096 - weight(2000) - weight(0));
    ours.outgoing.send_bytes(ours.outgoing.room());
    assert_eq!(ours.outgoing.room(), 0);
}

#[test]
fn a_window_of_what_was_not_sent_ends_the_stream() {
    let mut ours = State::default();
    ours.greet(VERSION, WINDOW_BYTES).unwrap();
    ours.arrive(Record::Window {
        number: 0,
        total: 1,
    });
    assert!(why(&ours).contains("was not sent"));
}

#[test]
fn another_version_and_a_tiny_window_are_refused() {
    let mut state = State::default();
    assert!(
        state
            .greet(VERSION + 1, WINDOW_BYTES)
            .unwrap_err()
            .contains("version 2")
    );
    assert!(state.greet(VERSION, 16).unwrap_err().contains("16 bytes"));
}

#[test]
fn the_end_comes_behind_what_was_sent() {
    let mut state = State::default();
    state.arrive(bytes(0, 5));
    state.arrive(Record::End { number: 1 });
    assert!(state.incoming.pop().is_some());
    assert!(matches!(state.end, Some(End::OfPeer)));
    state.arrive(bytes(2, 1));
    assert!(why(&state).contains("no node sends"));
}
