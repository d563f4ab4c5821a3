//! Numbers of variable length: each byte has seven bits, the least significant first. The eighth bit
//! says that another byte follows.

use super::error::Error;

/// Ten bytes have seventy bits; the tenth holds only the last of 64.
const MAX_BYTES: usize = 10;

pub(super) fn write(mut number: u64, buffer: &mut Vec<u8>) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

/// Reads a number. Returns it with the number of its bytes.
pub(super) fn read(bytes: &[u8]) -> Result<(u64, usize), Error> {
    let mut number = 0;
    for (position, &byte) in bytes.iter().enumerate().take(MAX_BYTES) {
        let last = position == MAX_BYTES - 1;
        let overlong = byte == 0 && position > 0;
        if overlong || last && byte > 1 {
            return Err(Error::Varint);
        }
        number |= u64::from(byte & 0x7f) << (7 * position);
        if byte < 0x80 {
            return Ok((number, position + 1));
        }
    }
    Err(Error::UnexpectedEnd { needed: 1, left: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        for bits in 0..64 {
            for number in [1 << bits, (1 << bits) - 1, u64::MAX >> bits] {
                let mut bytes = Vec::new();
                write(number, &mut bytes);
                assert_eq!(read(&bytes), Ok((number, bytes.len())));
            }
        }
    }

    #[test]
    fn only_the_shortest_form_is_read() {
        let refused: [&[u8]; 4] = [
            &[0x80, 0x00],
            &[0xff, 0x80, 0x00],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            &[0xff; 11],
        ];
        for bytes in refused {
            assert_eq!(read(bytes), Err(Error::Varint), "{bytes:x?}");
        }
        for length in 0..10 {
            let end = Err(Error::UnexpectedEnd { needed: 1, left: 0 });
            assert_eq!(read(&[0xff; 10][..length]), end);
        }
    }
}
