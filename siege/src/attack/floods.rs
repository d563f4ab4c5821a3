//! Peers that send much, and read little.

use std::time::Duration;

use ockam::{Address, Route, TransportType, route};
use ockam_contract::raw::{Raw, framed, text};
use ockam_contract::target::SECURE;
use ockam_transport::{Extension, TransportMessage};
use tokio::time::{sleep, timeout};

/// The bytes that one attack sends.
const MUCH: usize = 64 * 1024 * 1024;

/// Returns the frame of a question of this framework.
fn question(onward: Route, payload: &[u8]) -> Vec<u8> {
    framed(&TransportMessage {
        onward,
        return_route: route!["asker"],
        payload,
        extension: Some(Extension {
            deadline: Some(Duration::from_secs(300)),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
}

pub(crate) async fn questions_whose_answers_nobody_reads(server: String) {
    let questions = question(route!["echoer"], &[7; 16 * 1024]).repeat(16);
    let mut raw = Raw::ours(&server).await;
    raw.flood(&questions, MUCH).await;
    sleep(Duration::from_secs(2)).await;
}

pub(crate) async fn questions_whose_answers_trickle(server: String) {
    let questions = question(route!["echoer"], &[7; 1024]).repeat(64);
    let mut raw = Raw::ours(&server).await;
    for _ in 0..50 {
        raw.flood(&questions, MUCH / 50).await;
        let _ = timeout(Duration::from_millis(50), raw.next_frame()).await;
    }
}

/// Sends to addresses that nobody has sent to before, as long as they can be, and reads nothing.
pub(crate) async fn new_addresses(server: String) {
    let mut raw = Raw::ours(&server).await;
    for round in 0..256_u32 {
        let frames = (0..64_u32).flat_map(|number| {
            let mut name = [b'x'; 1024];
            name[..4].copy_from_slice(&round.to_be_bytes());
            name[4..8].copy_from_slice(&number.to_be_bytes());
            question(Address::local(name).into(), b"")
        });
        let frames: Vec<u8> = frames.collect();
        if raw.flood(&frames, frames.len()).await < frames.len() {
            break;
        }
    }
    sleep(Duration::from_secs(1)).await;
}

pub(crate) async fn heavy_messages_to_slow_workers(server: String) {
    let payload = vec![7; 4 * 1024 * 1024];
    let frames = ["slow", "stuck"].map(|worker| {
        framed(&TransportMessage {
            onward: worker.into(),
            payload: &payload,
            ..TransportMessage::default()
        })
    });
    // As upstream does, which knows no credit, and as this framework does.
    for mut raw in [Raw::upstream(&server).await, Raw::ours(&server).await] {
        raw.flood(&frames.concat(), 4 * MUCH).await;
    }
}

/// Sends what workers fail at, with text that is made for a log.
pub(crate) async fn what_fails(server: String) {
    let line = text("\u{1b}[2J\nerror: 0#admin: the disk is full\u{202e}");
    let failing = framed(&TransportMessage {
        onward: "failing".into(),
        payload: &line,
        ..TransportMessage::default()
    });
    let wrong_type = framed(&TransportMessage {
        onward: "texts".into(),
        payload: &line,
        extension: Some(Extension {
            type_name: Some("\u{1b}[2J\nerror: "),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    });
    let frames = [failing, wrong_type, question(route!["secret"], b"")].concat();
    let mut raw = Raw::ours(&server).await;
    raw.flood(&frames.repeat(32), MUCH / 8).await;
}

/// Asks a worker behind another node, and reads nothing.
pub(crate) async fn questions_through_a_middle(target: String) {
    // Where the middle node listens, and where the node that it leads to does.
    let (middle, server) = target.split_once(' ').unwrap_or((&target, &target));
    let next = Address::new(TransportType::TCP, server);
    let questions = question(route![next, "echoer"], &[7; 4 * 1024]).repeat(16);
    let mut raw = Raw::ours(middle).await;
    raw.flood(&questions, MUCH).await;
    sleep(Duration::from_secs(2)).await;
}

/// Begins handshakes of secure channels behind another node, and finishes none.
pub(crate) async fn handshakes_through_a_middle(target: String) {
    let (middle, server) = target.split_once(' ').unwrap_or((&target, &target));
    let next = Address::new(TransportType::TCP, server);
    let mut raw = Raw::ours(middle).await;
    for round in 0..u16::MAX {
        let frames = (0..64_u8).flat_map(|number| {
            let mut first = [number; 32];
            first[..2].copy_from_slice(&round.to_be_bytes());
            framed(&TransportMessage {
                onward: route![next.clone(), SECURE],
                return_route: route!["initiator"],
                payload: &first,
                ..TransportMessage::default()
            })
        });
        let frames: Vec<u8> = frames.collect();
        if raw.flood(&frames, frames.len()).await < frames.len() {
            break;
        }
    }
}
