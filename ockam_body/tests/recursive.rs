//! Types that contain themselves, on a thread with as much stack as those of a node have.

use std::thread;

use ockam_body::bare::{self, Error, MAX_DEPTH};
use ockam_body::{MAX_NAMED_DEPTH, Shape};
use serde::{Deserialize, Serialize};

/// Runs a test on a stack of 2 MiB.
fn on_a_thread_of_a_node(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 * 1024 * 1024);
    let ended = thread.spawn(test).expect("there are threads").join();
    ended.expect("the test passes");
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Tree(Vec<Tree>);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Chain(Option<Box<Chain>>);

/// A list whose elements are large where they are, not behind a pointer.
#[derive(Serialize, Deserialize)]
struct Large<const WORDS: usize> {
    #[serde(skip, default = "zeros")]
    words: Words<WORDS>,
    next: Option<Box<Large<WORDS>>>,
}

struct Words<const WORDS: usize>([u64; WORDS]);

fn zeros<const WORDS: usize>() -> Words<WORDS> {
    Words([0; WORDS])
}

impl<const WORDS: usize> Large<WORDS> {
    /// Builds a list without much stack.
    fn of(length: usize) -> Option<Box<Self>> {
        (0..length).fold(None, |next, _| {
            let words = zeros();
            Some(Box::new(Self { words, next }))
        })
    }
}

#[test]
fn a_type_that_is_named_by_itself_has_no_name() {
    on_a_thread_of_a_node(|| {
        assert_eq!(Shape::of::<Tree>().name(), None);
        assert_eq!(Shape::of::<Chain>().name(), None);
        assert_eq!(Shape::of::<Vec<Option<Tree>>>().name(), None);
    });
}

#[test]
fn a_type_is_named_by_its_contents_for_many_levels() {
    type Eight<T> = Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<T>>>>>>>>;
    type SixtyFour<T> = Eight<Eight<Eight<Eight<Eight<Eight<Eight<Eight<T>>>>>>>>;
    let name = Shape::of::<SixtyFour<u8>>()
        .name()
        .expect("it is not too deep");
    assert_eq!(name.matches("list<").count(), MAX_NAMED_DEPTH);
    assert_eq!(Shape::of::<Vec<SixtyFour<u8>>>().name(), None);
}

#[test]
fn what_is_as_deep_as_a_body_can_say_is_refused() {
    on_a_thread_of_a_node(|| {
        let deep = vec![1; 1_000_000];
        assert_eq!(bare::from_slice::<Tree>(&deep).err(), Some(Error::TooDeep));
        assert_eq!(bare::from_slice::<Chain>(&deep).err(), Some(Error::TooDeep));
    });
}

#[test]
fn large_values_are_refused_before_they_fill_the_stack() {
    fn are_refused<const WORDS: usize>() {
        let deep = vec![1; MAX_DEPTH];
        let read = bare::from_slice::<Large<WORDS>>(&deep);
        assert_eq!(read.err(), Some(Error::TooMuchStack), "{WORDS} words");
    }
    // 8, 32 and 64 KiB. Without optimisation, each level takes several times as much.
    on_a_thread_of_a_node(|| {
        are_refused::<1_024>();
        are_refused::<4_096>();
        are_refused::<8_192>();
    });
}

#[test]
fn large_values_are_read_and_written_where_they_are_few() {
    on_a_thread_of_a_node(|| {
        let list = Large::<1_024>::of(3);
        let bytes = bare::to_vec(&list).expect("three are few");
        assert_eq!(bytes, [1, 1, 1, 0]);
        let list: Option<Box<Large<1_024>>> = bare::from_slice(&bytes).expect("three are few");
        assert_eq!(list.map(|first| first.words.0.len()), Some(1_024));
    });
}

/// Writes itself with a large value of its own on the stack.
struct WritesLarge(Option<Box<WritesLarge>>);

impl Serialize for WritesLarge {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let large = std::hint::black_box([1_u64; 2 * 1_024]);
        assert_eq!(large[self.0.iter().count()], 1);
        let written = self.0.serialize(serializer);
        std::hint::black_box(large);
        written
    }
}

#[test]
fn what_takes_much_stack_to_write_is_refused() {
    on_a_thread_of_a_node(|| {
        let list =
            |length| (1..length).fold(WritesLarge(None), |next, _| WritesLarge(Some(next.into())));
        assert!(bare::to_vec(&list(3)).is_ok());
        assert_eq!(bare::to_vec(&list(100)), Err(Error::TooMuchStack));
    });
}
