use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ockam_core::{ErrorContext, Identifier, Result};

use crate::hash::sha256;
use crate::limits::MAX_CHANGES;
use crate::refused::invalid;
use crate::vault::private_file::{self, FileLock};

/// A file to which records are appended. A record that was cut off by a crash is dropped.
///
/// ```text
/// MAGIC, then records of 76 bytes: identifier 32, changes 4 (big endian), hash 32, checksum 8
/// ```
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// The number of bytes that are whole.
    length: u64,
    _lock: FileLock,
}

/// An identity, the length of its newest history, and the hash of that history's last change.
pub(super) struct Record {
    pub(super) identifier: Identifier,
    pub(super) changes: u32,
    pub(super) change: [u8; 32],
}

const MAGIC: &[u8; 16] = b"ockam peers 1\n\0\0";
const RECORD_BYTES: usize = 32 + 4 + 32 + CHECKSUM_BYTES;
const CHECKSUM_BYTES: usize = 8;

/// The maximum number of bytes of a journal: each identity once for each of its changes.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

impl Journal {
    /// Opens a journal, and reads its records.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Record>)> {
        let name = path.display();
        let lock = FileLock::take(path)?;
        let mut file = private_file::open_or_create(path)?;
        let mut bytes = Vec::new();
        let read = (&mut file).take(MAX_BYTES + 1).read_to_end(&mut bytes);
        read.context(format!("reading {name}"))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(invalid(format!("{name} has more than {MAX_BYTES} bytes")));
        }
        let mut journal = Self {
            file,
            path: path.to_owned(),
            length: MAGIC.len() as u64,
            _lock: lock,
        };
        // A file that ends within its first bytes was cut off when it was created.
        if bytes.len() < MAGIC.len() && MAGIC.starts_with(&bytes) {
            journal.write_at(0, MAGIC)?;
            private_file::sync_folder(path)?;
            return Ok((journal, Vec::new()));
        }
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(invalid(format!("{name} has no peers: it is another file")));
        };
        let records = rest.chunks_exact(RECORD_BYTES);
        let last = records.len().saturating_sub(1);
        let mut read = Vec::with_capacity(records.len());
        for (place, record) in records.enumerate() {
            match Record::decode(record) {
                Some(record) => read.push(record),
                // The last one may not have been written to its end. It is overwritten.
                None if place == last => break,
                None => return Err(invalid(format!("record {place} of {name} is damaged"))),
            }
        }
        journal.length += (read.len() * RECORD_BYTES) as u64;
        Ok((journal, read))
    }

    /// Appends a record, and has it on the disk when it returns.
    pub(super) fn append(&mut self, record: &Record) -> Result<()> {
        self.write_at(self.length, &record.encode())?;
        self.length += RECORD_BYTES as u64;
        Ok(())
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let mut write = || {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(bytes)?;
            self.file.sync_data()
        };
        write().context(format!("writing {}", self.path.display()))
    }
}

impl Record {
    fn encode(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..32].copy_from_slice(self.identifier.as_bytes());
        bytes[32..36].copy_from_slice(&self.changes.to_be_bytes());
        bytes[36..68].copy_from_slice(&self.change);
        let checksum = sha256(&bytes[..68]);
        bytes[68..].copy_from_slice(&checksum[..CHECKSUM_BYTES]);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (data, checksum) = bytes.split_at(68);
        if sha256(data)[..CHECKSUM_BYTES] != *checksum {
            return None;
        }
        let changes = u32::from_be_bytes(data[32..36].try_into().ok()?);
        let is_possible = (1..=MAX_CHANGES as u32).contains(&changes);
        Some(Self {
            identifier: Identifier::new(data[..32].try_into().ok()?),
            changes: is_possible.then_some(changes)?,
            change: data[36..68].try_into().ok()?,
        })
    }
}
