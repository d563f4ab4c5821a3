use std::array;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::time::clock::Nanos;

/// Each power of two has so many buckets, as a power of two. So a bucket is at most an eighth wider than its
/// lower end.
const PRECISION_BITS: u32 = 3;

/// Times of 2⁴⁴ ns, about five hours, and longer ones share the last bucket.
const MAX_BITS: u32 = 44;

const BUCKETS: usize = ((MAX_BITS - PRECISION_BITS + 1) as usize) << PRECISION_BITS;

/// How long things took. One side counts, and others look at it without a lock. It takes 2.7 KB.
pub(crate) struct Histogram {
    buckets: [AtomicU64; BUCKETS],
    max: AtomicU64,
}

/// How long things took that happened often.
///
/// The percentiles are at most an eighth too long. Serialised in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct TimeReport {
    /// How often it happened.
    pub count: u64,
    /// Half of them took no longer.
    #[serde(rename = "p50_ns", serialize_with = "as_nanos")]
    pub p50: Duration,
    /// 99 % of them took no longer.
    #[serde(rename = "p99_ns", serialize_with = "as_nanos")]
    pub p99: Duration,
    /// How long the longest took.
    #[serde(rename = "max_ns", serialize_with = "as_nanos")]
    pub max: Duration,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self {
            buckets: array::from_fn(|_| AtomicU64::new(0)),
            max: AtomicU64::new(0),
        }
    }

    pub(super) fn record(&self, time: Nanos) {
        self.buckets[bucket_of(time)].fetch_add(1, Ordering::Relaxed);
        self.max.fetch_max(time, Ordering::Relaxed);
    }

    pub(crate) fn report(&self) -> TimeReport {
        let counts: Vec<_> = self
            .buckets
            .iter()
            .map(|it| it.load(Ordering::Relaxed))
            .collect();
        let max = self.max.load(Ordering::Relaxed);
        let count: u64 = counts.iter().sum();
        let percentile = |percent: u64| {
            let wanted = (u128::from(count) * u128::from(percent)).div_ceil(100);
            let mut seen = 0_u128;
            let found = counts.iter().position(|&it| {
                seen += u128::from(it);
                seen >= wanted && seen > 0
            });
            Duration::from_nanos(found.map_or(0, |bucket| end_of(bucket).min(max)))
        };
        TimeReport {
            count,
            p50: percentile(50),
            p99: percentile(99),
            max: Duration::from_nanos(max),
        }
    }
}

/// Returns the bucket of a time: the times below 2³ have one each, and then each power of two has eight.
fn bucket_of(time: Nanos) -> usize {
    let time = time.min((1 << MAX_BITS) - 1);
    let Some(shift) = time
        .checked_ilog2()
        .and_then(|it| it.checked_sub(PRECISION_BITS))
    else {
        return time as usize;
    };
    (((shift + 1) << PRECISION_BITS) as u64 + ((time >> shift) - (1 << PRECISION_BITS))) as usize
}

/// Returns the longest time of a bucket.
fn end_of(bucket: usize) -> Nanos {
    let (power, place) = (bucket >> PRECISION_BITS, (bucket & 7) as u64);
    match power.checked_sub(1) {
        None => place,
        // The last bucket has no end.
        Some(_) if bucket == BUCKETS - 1 => Nanos::MAX,
        Some(shift) => ((place + (1 << PRECISION_BITS) + 1) << shift) - 1,
    }
}

fn as_nanos<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    nanos.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_has_the_times_up_to_its_end() {
        let mut begin = 0;
        for bucket in 0..BUCKETS {
            let end = end_of(bucket);
            assert_eq!((bucket_of(begin), bucket_of(end)), (bucket, bucket));
            if bucket < BUCKETS - 1 {
                assert!(end - begin <= begin / 8, "{begin} to {end}");
                begin = end + 1;
            }
        }
        assert_eq!(bucket_of(Nanos::MAX), BUCKETS - 1);
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let histogram = Histogram::new();
        let nothing = histogram.report();
        assert_eq!((nothing.count, nothing.p99), (0, Duration::ZERO));
        // In an odd order: 7 has no common factor with 1,000.
        let mut times: Vec<_> = (0..1_000_u64).map(|it| (it * 7 % 1_000).pow(3)).collect();
        times.iter().for_each(|&it| histogram.record(it));
        times.sort_unstable();
        let report = histogram.report();
        assert_eq!(report.count, 1_000);
        assert_eq!(report.max, Duration::from_nanos(times[999]));
        for (got, exact) in [(report.p50, times[499]), (report.p99, times[989])] {
            let got = got.as_nanos() as u64;
            assert!(
                exact <= got && got - exact <= exact / 8,
                "{got} for {exact}"
            );
        }
        histogram.record(Nanos::MAX);
        assert_eq!(histogram.report().max, Duration::from_nanos(Nanos::MAX));
    }

    #[test]
    fn one_time_is_all_percentiles() {
        let histogram = Histogram::new();
        histogram.record(1_234_567);
        let report = histogram.report();
        let only = Duration::from_nanos(1_234_567);
        assert_eq!((report.p50, report.p99, report.max), (only, only, only));
    }
}
