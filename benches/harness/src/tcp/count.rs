/// Counts what comes one way, and checks that nothing is missing, twice there or out of order.
///
/// Each message begins with the number of those that follow it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    counted: u64,
    following: u64,
}

impl Count {
    /// Counts a message. Returns how many there were if it is the last one.
    ///
    /// # Panics
    ///
    /// Panics if it is not the one that was to come next.
    pub fn take(&mut self, message: &[u8]) -> Option<u64> {
        let number = message.first_chunk().expect("a message holds its number");
        let following = u64::from_le_bytes(*number);
        assert!(
            self.counted == 0 || following + 1 == self.following,
            "message {following} came behind {}",
            self.following
        );
        self.counted += 1;
        self.following = following;
        (following == 0).then(|| std::mem::take(self).counted)
    }
}
