use super::format::Header;

/// Takes whole frames apart that were written one behind the other.
pub(crate) fn split_frames(mut frames: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (header, rest) = frames.split_first_chunk::<{ size_of::<Header>() }>()?;
        let length = usize::try_from(u32::from_be_bytes(*header)).ok()?;
        let (frame, rest) = rest.split_at_checked(length)?;
        frames = rest;
        Some(frame)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_apart_as_they_were_put_together() {
        let frames = b"\0\0\0\x03one\0\0\0\x05three";
        let split: Vec<_> = split_frames(frames).collect();
        assert_eq!(split, [b"one".as_slice(), b"three"]);
        assert_eq!(split_frames(b"").count(), 0);
    }
}
