//! Values of all types, from a seed.

use std::collections::BTreeMap;
use std::num::NonZeroU8;

/// Numbers that a seed decides.
pub(crate) struct Source(u64);

impl Source {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }
}

pub(crate) trait Random {
    fn random(source: &mut Source) -> Self;
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Random for $number {
            fn random(source: &mut Source) -> Self {
                // Often small, where many bytes are zero.
                match source.below(2) {
                    0 => source.below(4) as $number,
                    _ => source.next() as $number,
                }
            }
        })*
    };
}

numbers! { u8 i8 u32 i32 u64 i64 }

impl Random for bool {
    fn random(source: &mut Source) -> Self {
        source.below(2) == 1
    }
}

impl Random for String {
    fn random(source: &mut Source) -> Self {
        let length = source.below(4);
        (0..length)
            .map(|_| (b'a' + source.below(26) as u8) as char)
            .collect()
    }
}

impl Random for NonZeroU8 {
    fn random(source: &mut Source) -> Self {
        NonZeroU8::MIN.saturating_add(source.below(255) as u8)
    }
}

impl Random for () {
    fn random(_: &mut Source) -> Self {}
}

impl<T: Random> Random for Option<T> {
    fn random(source: &mut Source) -> Self {
        bool::random(source).then(|| T::random(source))
    }
}

impl<T: Random> Random for Vec<T> {
    fn random(source: &mut Source) -> Self {
        let length = source.below(3);
        (0..length).map(|_| T::random(source)).collect()
    }
}

impl<T: Random> Random for Box<T> {
    fn random(source: &mut Source) -> Self {
        Box::new(T::random(source))
    }
}

impl<T: Random> Random for BTreeMap<u8, T> {
    fn random(source: &mut Source) -> Self {
        let length = source.below(3);
        (0..length)
            .map(|_| (u8::random(source), T::random(source)))
            .collect()
    }
}

impl<T: Random, U: Random> Random for (T, U) {
    fn random(source: &mut Source) -> Self {
        (T::random(source), U::random(source))
    }
}

impl<T: Random> Random for [T; 3] {
    fn random(source: &mut Source) -> Self {
        std::array::from_fn(|_| T::random(source))
    }
}

impl<T: Random, U: Random> Random for Result<T, U> {
    fn random(source: &mut Source) -> Self {
        match bool::random(source) {
            true => Ok(T::random(source)),
            false => Err(U::random(source)),
        }
    }
}
