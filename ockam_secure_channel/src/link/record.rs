//! What is in a sealed frame between two nodes of this framework: its kind, and bytes of the stream.
//!
//! ```text
//! 0 │ bytes of the stream
//! 1   the stream has ended │ anything
//! 2 │ number of bytes, 4 bytes, big endian │ bytes of the stream │ anything
//! ```

use std::ops::Range;

use super::padding::padded;

/// The kind of a record with bytes of the stream.
const BYTES: u8 = 0;

/// The kind of the last record.
const END: u8 = 1;

/// The kind of a record with bytes of the stream, and padding behind them.
const PADDED: u8 = 2;

/// The bytes in front of those of the stream in a padded record.
const PADDED_HEAD: usize = 5;

/// Writes a record with bytes of the stream, behind what there is already.
pub(super) fn write(bytes: &[u8], pads: bool, record: &mut Vec<u8>) {
    let start = record.len();
    if pads {
        record.push(PADDED);
        let length = u32::try_from(bytes.len()).expect("a record has 64 KiB at most");
        record.extend_from_slice(&length.to_be_bytes());
    } else {
        record.push(BYTES);
    }
    record.extend_from_slice(bytes);
    pad(record, start, pads);
}

/// Writes the last record.
pub(super) fn write_end(pads: bool, record: &mut Vec<u8>) {
    let start = record.len();
    record.push(END);
    pad(record, start, pads);
}

fn pad(record: &mut Vec<u8>, start: usize, pads: bool) {
    if pads {
        record.resize(start + padded(record.len() - start), 0);
    }
}

/// What is in a record.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Record {
    /// Bytes of the stream, and where they stand.
    Bytes(Range<usize>),
    End,
}

/// Reads a record, or returns `None` if it is of no kind that is known, or cut off.
pub(super) fn read(record: &[u8]) -> Option<Record> {
    match *record.first()? {
        BYTES => Some(Record::Bytes(1..record.len())),
        END => Some(Record::End),
        PADDED => {
            let head = record.get(1..PADDED_HEAD)?;
            let length = u32::from_be_bytes(head.try_into().ok()?);
            let end = PADDED_HEAD.checked_add(usize::try_from(length).ok()?)?;
            (end <= record.len()).then_some(Record::Bytes(PADDED_HEAD..end))
        }
        _ => None,
    }
}

/// How many bytes of the stream are sealed together at most.
pub(super) const MAX_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in (0..600).chain([MAX_BYTES - 1, MAX_BYTES]) {
            let bytes: Vec<u8> = (0..length).map(|number| number as u8).collect();
            for pads in [false, true] {
                let mut record = vec![0; 8];
                write(&bytes, pads, &mut record);
                let Some(Record::Bytes(range)) = read(&record[8..]) else {
                    panic!("{length}");
                };
                assert_eq!(record[8..][range], bytes);
                let expected = if pads {
                    padded(length + PADDED_HEAD)
                } else {
                    length + 1
                };
                assert_eq!(record.len() - 8, expected);
            }
        }
        let mut end = Vec::new();
        write_end(true, &mut end);
        assert_eq!((read(&end), end.len()), (Some(Record::End), padded(1)));
    }

    #[test]
    fn what_is_cut_off_or_unknown_is_no_record() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[3, 0]), None);
        for end in 0..PADDED_HEAD {
            assert_eq!(read(&[2, 0, 0, 0, 0][..end]), None);
        }
        assert_eq!(read(&[2, 0, 0, 0, 0]), Some(Record::Bytes(5..5)));
        assert_eq!(read(&[2, 0, 0, 0, 2, 7]), None);
        assert_eq!(read(&[2, 255, 255, 255, 255, 7]), None);
    }
}
