use proptest::prelude::*;

use super::*;
use crate::noise::Cipher;

fn pair() -> (Sealer, Opener) {
    let key = [7; 32];
    (
        Sealer::new(Cipher::new(&key)),
        Opener::new(Cipher::new(&key)),
    )
}

#[test]
fn keys_are_renewed_every_32_frames_on_both_sides() {
    let (mut sealer, mut opener) = pair();
    let first_key = Cipher::new(&[7; 32]);
    for number in 0..10_000_u64 {
        let plaintext = number.to_le_bytes();
        let mut frame = sealer.frame(&plaintext).unwrap();
        let mut by_first = frame[NUMBER_BYTES..].to_vec();
        let is_by_first = first_key.open(number, &[], &mut by_first).is_ok();
        assert_eq!(is_by_first, number < 32, "frame {number}");
        let opened = opener.open(&mut frame).unwrap();
        assert_eq!((opened.plaintext, opened.skipped), (&plaintext[..], 0));
    }
}

#[test]
fn numbers_only_rise_and_skip_no_more_than_the_limit() {
    let frames: Vec<_> = {
        let (mut sealer, _) = pair();
        (0..3_000_u32)
            .map(|number| sealer.frame(&number.to_le_bytes()).unwrap())
            .collect()
    };
    let (_, mut opener) = pair();
    let mut open = |number: usize| {
        let mut frame = frames[number].clone();
        opener.open(&mut frame).map(|opened| opened.skipped)
    };
    assert_eq!(open(1_025), Err(OpenError::TooFarAhead));
    assert_eq!(open(1_024), Ok(1_024));
    for number in [0, 31, 32, 1_023, 1_024] {
        assert_eq!(open(number), Err(OpenError::Replayed));
    }
    assert_eq!(open(1_025), Ok(0));
    assert_eq!(open(1_030), Ok(4));
    assert_eq!(open(1_056), Ok(25));
    assert_eq!(open(2_081), Ok(1_024));
    assert_eq!(open(1_057), Err(OpenError::Replayed));
}

#[test]
fn the_last_number_ends_the_channel() {
    let key = [7; 32];
    let mut sealer = Sealer::at(Cipher::new(&key), u64::MAX - 1);
    let mut opener = Opener::at(Cipher::new(&key), u64::MAX - 1);
    let mut last = sealer.frame(b"last").unwrap();
    assert_eq!(opener.open(&mut last).unwrap().plaintext, b"last");
    assert!(sealer.frame(b"one more").is_err());
    let mut beyond = [u64::MAX.to_be_bytes().to_vec(), vec![0; 40]].concat();
    assert_eq!(opener.open(&mut beyond), Err(OpenError::TooFarAhead));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is changed, nothing is opened, and the channel goes on as if nothing had come.
    #[test]
    fn a_frame_that_was_changed_changes_nothing(
        before in 0_usize..70,
        plaintext in proptest::collection::vec(any::<u8>(), 0..200),
        place in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in any::<prop::sample::Index>(),
    ) {
        let (mut sealer, mut opener) = pair();
        for _ in 0..before {
            let mut frame = sealer.frame(b"before").unwrap();
            opener.open(&mut frame).unwrap();
        }
        let frame = sealer.frame(&plaintext).unwrap();
        let mut changed = frame.clone();
        let place = place.index(changed.len());
        changed[place] ^= flip;
        prop_assert!(opener.open(&mut changed).is_err());
        let mut short = frame[..cut.index(frame.len())].to_vec();
        prop_assert!(opener.open(&mut short).is_err());
        let mut longer = [frame.clone(), vec![flip]].concat();
        prop_assert!(opener.open(&mut longer).is_err());
        let mut reflected = frame.clone();
        let mut other = Opener::new(Cipher::new(&[8; 32]));
        prop_assert!(other.open(&mut reflected).is_err());
        let mut whole = frame.clone();
        prop_assert_eq!(opener.open(&mut whole).unwrap().plaintext, &plaintext[..]);
        let mut again = frame.clone();
        prop_assert_eq!(opener.open(&mut again), Err(OpenError::Replayed));
    }
}
