use std::collections::BTreeMap;

use crate::contenders::BASELINE;
use crate::settings::Setting;

/// Everything that was measured: the values of all rounds, in their order.
#[derive(Debug, Default)]
pub(crate) struct Results {
    values: BTreeMap<Key, Vec<f64>>,
}

type Key = (Setting, &'static str, String, String);

/// The middle of what was measured, and what half of the rounds lie between.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Summary {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Results {
    pub(crate) fn add(
        &mut self,
        setting: Setting,
        contender: &'static str,
        workload: &str,
        metric: &str,
        value: f64,
    ) {
        let key = (setting, contender, workload.to_owned(), metric.to_owned());
        self.values.entry(key).or_default().push(value);
    }

    /// Returns the values of a metric.
    pub(crate) fn value(
        &self,
        setting: Setting,
        contender: &'static str,
        workload: &str,
        metric: &str,
    ) -> Option<Summary> {
        self.rounds(setting, contender, workload, metric)
            .map(|values| Summary::of(values.to_vec()))
    }

    /// Returns the ratios of a metric to the baseline's of the same round.
    pub(crate) fn ratio(
        &self,
        setting: Setting,
        contender: &'static str,
        workload: &str,
        metric: &str,
    ) -> Option<Summary> {
        let values = self.rounds(setting, contender, workload, metric)?;
        let baseline = self.rounds(setting, BASELINE, workload, metric)?;
        Some(Summary::of(
            values
                .iter()
                .zip(baseline)
                .map(|(value, base)| value / base)
                .collect(),
        ))
    }

    fn rounds(
        &self,
        setting: Setting,
        contender: &'static str,
        workload: &str,
        metric: &str,
    ) -> Option<&[f64]> {
        let key = (setting, contender, workload.to_owned(), metric.to_owned());
        self.values.get(&key).map(Vec::as_slice)
    }
}

impl Summary {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (values.len() - 1) as f64;
            let (below, above) = (
                values[place.floor() as usize],
                values[place.ceil() as usize],
            );
            below + (above - below) * place.fract()
        };
        Self {
            low: at(0.25),
            median: at(0.5),
            high: at(0.75),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_summary_lies_between_the_values() {
        let summary = Summary::of(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!(
            (summary.low, summary.median, summary.high),
            (1.75, 2.5, 3.25)
        );
    }
}
