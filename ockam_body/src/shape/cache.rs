//! The shapes of all types that have crossed a border between nodes. They are kept for ever: the
//! program's types are that many.

use std::any::TypeId;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use serde_core::de::DeserializeOwned;

use super::Shape;

static SHAPES: RwLock<HashMap<TypeId, &'static Shape, BuildHasherDefault<OfTypeId>>> =
    RwLock::new(HashMap::with_hasher(BuildHasherDefault::new()));

/// How many types a thread remembers, so that it takes no lock for them.
const MAX_RECENT_TYPES: usize = 16;

thread_local! {
    static RECENT: [Cell<Option<(TypeId, &'static Shape)>>; MAX_RECENT_TYPES] =
        const { [const { Cell::new(None) }; MAX_RECENT_TYPES] };
}

impl Shape {
    /// Returns the shape of a type.
    ///
    /// The first call for a type calls its `Deserialize` several times, with a reader that only looks at
    /// what is asked for, and offers values like 1 and `""` where it has to. A panic in there is caught.
    pub fn of<M: DeserializeOwned + 'static>() -> &'static Self {
        shape_of::<M>()
    }

    /// Returns the shape with a fingerprint, if this process has used a type of this shape.
    pub fn known(fingerprint: u64) -> Option<&'static Self> {
        find(|shape| shape.fingerprint == Some(fingerprint))
    }
}

#[inline]
fn shape_of<M: DeserializeOwned + 'static>() -> &'static Shape {
    let id = TypeId::of::<M>();
    let index = place(&id);
    RECENT.with(|recent| match recent[index].get() {
        Some((of, shape)) if of == id => shape,
        _ => {
            let shape = look_up::<M>(id);
            recent[index].set(Some((id, shape)));
            shape
        }
    })
}

#[inline(never)]
fn look_up<M: DeserializeOwned + 'static>(id: TypeId) -> &'static Shape {
    let shapes = SHAPES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(&shape) = shapes.get(&id) {
        return shape;
    }
    // A user's code runs without the lock.
    drop(shapes);
    let shape = match id == TypeId::of::<Vec<u8>>() {
        true => Shape::raw_bytes(),
        false => Shape::explore::<M>(),
    };
    let mut shapes = SHAPES.write().unwrap_or_else(PoisonError::into_inner);
    shapes
        .entry(id)
        .or_insert_with(|| Box::leak(Box::new(shape)))
}

fn find(is_wanted: impl Fn(&Shape) -> bool) -> Option<&'static Shape> {
    let shapes = SHAPES.read().unwrap_or_else(PoisonError::into_inner);
    shapes.values().copied().find(|shape| is_wanted(shape))
}

fn place(id: &TypeId) -> usize {
    let mut hasher = OfTypeId::default();
    id.hash(&mut hasher);
    hasher.finish() as usize % MAX_RECENT_TYPES
}

/// A `TypeId` is a hash already.
#[derive(Default)]
struct OfTypeId(u64);

impl Hasher for OfTypeId {
    #[inline]
    fn write_u64(&mut self, part: u64) {
        self.0 = part;
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
