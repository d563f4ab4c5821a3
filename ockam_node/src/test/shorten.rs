use std::time::{Duration, Instant};

/// How many runs a failure is shortened with, and for how long.
const MAX_RUNS: usize = 300;
const MAX_TIME: Duration = Duration::from_secs(3);

/// Makes the decisions of a failing run as usual as can be, so that fewer of its events are there by
/// chance. A decision is usual if it is 0. `fails` runs some decisions, and returns what was decided if the
/// run fails in the same way.
pub(super) fn shorten(
    mut decided: Vec<u16>,
    mut fails: impl FnMut(Vec<u16>) -> Option<Vec<u16>>,
) -> Vec<u16> {
    let (begin, mut runs) = (Instant::now(), 0);
    let mut attempt = |decided: Vec<u16>| {
        runs += 1;
        let is_left = runs <= MAX_RUNS && begin.elapsed() < MAX_TIME;
        is_left.then(|| fails(decided)).flatten()
    };
    let mut chunk = decided.len().div_ceil(2);
    while chunk > 0 {
        let mut end = decided.len();
        // From the end: what comes late depends on what comes before.
        while end > 0 {
            let begin = end.saturating_sub(chunk);
            if decided[begin..end].iter().any(|it| *it != 0) {
                let mut usual = decided.clone();
                usual[begin..end].fill(0);
                if let Some(shorter) = attempt(usual) {
                    decided = shorter;
                }
            }
            end = begin.min(decided.len());
        }
        chunk /= 2;
    }
    decided
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_left() {
        let needed = |decided: &[u16]| decided[3] == 7 && decided[40] == 1;
        let mut decided = vec![2; 64];
        (decided[3], decided[40]) = (7, 1);
        let shorter = shorten(decided, |decided| needed(&decided).then_some(decided));
        assert!(needed(&shorter));
        assert_eq!(shorter.iter().filter(|it| **it != 0).count(), 2);
    }

    #[test]
    fn what_never_fails_again_stays() {
        assert_eq!(shorten(vec![1, 2, 3], |_| None), [1, 2, 3]);
        assert!(shorten(Vec::new(), Some).is_empty());
    }
}
