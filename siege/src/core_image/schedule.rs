use std::fmt;

use crate::image::Image;

/// A key of AES-256.
pub(crate) type Key = [u8; 32];

/// The bytes of half a key: no others are the same by chance.
pub(crate) const HALF_BYTES: usize = 16;

/// The words of the round keys of AES-256.
const WORDS: usize = 60;

/// The words of a key.
const KEY_WORDS: usize = 8;

/// Round keys in memory.
pub(crate) struct Found {
    pub(crate) key: Key,
    address: u64,
    region: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "round keys at {:x} in {}", self.address, self.region)
    }
}

/// Finds all round keys of AES-256 in an image.
pub(crate) fn find(image: &Image) -> Vec<Found> {
    let boxes = substitution();
    let mut found = Vec::new();
    for region in image.regions() {
        for (place, words) in region.bytes.windows(4 * WORDS).enumerate().step_by(4) {
            if is_schedule(words, &boxes) {
                let key = words[..32].try_into().expect("there are more");
                found.push(Found {
                    key,
                    address: region.start + place as u64,
                    region: region.name.clone(),
                });
            }
        }
    }
    found
}

/// Tells whether each round key follows from those before it.
fn is_schedule(bytes: &[u8], boxes: &[u8; 256]) -> bool {
    let word = |index: usize| -> [u8; 4] {
        bytes[4 * index..4 * index + 4]
            .try_into()
            .expect("it has four bytes")
    };
    let mut constant = 1_u8;
    (KEY_WORDS..WORDS).all(|index| {
        let mut next = word(index - 1);
        match index % KEY_WORDS {
            0 => {
                next.rotate_left(1);
                next = next.map(|byte| boxes[usize::from(byte)]);
                next[0] ^= constant;
                constant = double(constant);
            }
            4 => next = next.map(|byte| boxes[usize::from(byte)]),
            _ => {}
        }
        let before = word(index - KEY_WORDS);
        word(index) == std::array::from_fn(|byte| next[byte] ^ before[byte])
    })
}

/// Doubles an element of the field of AES.
fn double(byte: u8) -> u8 {
    (byte << 1) ^ if byte & 0x80 == 0 { 0 } else { 0x1b }
}

/// The substitution of bytes of AES: the inverse in its field, and a mixture of the bits of that.
fn substitution() -> [u8; 256] {
    // 3 generates all elements but 0, and its inverse is 0xf6.
    let (mut element, mut inverse) = (1_u8, 1_u8);
    let mut boxes = [0; 256];
    boxes[0] = 0x63;
    for _ in 0..255 {
        let mixed = (0..5).fold(0, |mixed, turn| mixed ^ inverse.rotate_left(turn));
        boxes[usize::from(element)] = mixed ^ 0x63;
        element ^= double(element);
        // Divided by 3.
        inverse ^= inverse << 1;
        inverse ^= inverse << 2;
        inverse ^= inverse << 4;
        if inverse & 0x80 != 0 {
            inverse ^= 0x09;
        }
    }
    boxes
}
