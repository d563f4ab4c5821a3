use std::fs::{File, read_to_string};
use std::os::unix::fs::FileExt;

use ockam::Result;

use crate::schedule::{HALF_BYTES, Key};

/// All memory of a process that it may write to.
pub(crate) struct Image {
    regions: Vec<Region>,
}

/// A mapping of memory.
pub(crate) struct Region {
    /// What it is, such as `[heap]`.
    pub(crate) name: String,
    pub(crate) start: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Image {
    /// Reads the memory of a child of this process.
    pub(crate) fn of(process: u32) -> Result<Self> {
        let maps = read_to_string(format!("/proc/{process}/maps"))?;
        let memory = File::open(format!("/proc/{process}/mem"))?;
        let regions = maps.lines().filter_map(|line| region(line, &memory));
        let regions = regions.collect();
        Ok(Self { regions })
    }

    pub(crate) fn regions(&self) -> &[Region] {
        &self.regions
    }

    pub(crate) fn bytes(&self) -> usize {
        self.regions.iter().map(|region| region.bytes.len()).sum()
    }

    /// Says where one of the two halves of a key is, wherever it stands.
    pub(crate) fn find_half(&self, key: &Key) -> Vec<String> {
        let mut found = Vec::new();
        for half in key.chunks_exact(HALF_BYTES) {
            // The first byte is looked for quickly, and the rest seldom.
            for region in &self.regions {
                let places = memchr(half[0], &region.bytes);
                let places = places.filter(|place| region.bytes[*place..].starts_with(half));
                found.extend(places.map(|place| {
                    format!(
                        "half of a key at {:x} in {}",
                        region.start + place as u64,
                        region.name
                    )
                }));
            }
        }
        found
    }
}

fn memchr(byte: u8, bytes: &[u8]) -> impl Iterator<Item = usize> {
    let places = bytes.iter().enumerate();
    places
        .filter(move |(_, found)| **found == byte)
        .map(|(place, _)| place)
}

/// Reads the memory of a line of `maps`, if the process may write to it.
fn region(line: &str, memory: &File) -> Option<Region> {
    let mut words = line.split_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    if !rights.starts_with("rw") {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let start = u64::from_str_radix(start, 16).ok()?;
    let end = u64::from_str_radix(end, 16).ok()?;
    let mut bytes = vec![0; usize::try_from(end - start).ok()?];
    // What can't be read is no memory of the program, such as a device's.
    memory.read_exact_at(&mut bytes, start).ok()?;
    let name = words.nth(3).unwrap_or("memory without a name").to_owned();
    Some(Region { name, start, bytes })
}
