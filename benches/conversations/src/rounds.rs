use std::env;

/// How often each way is played: `ROUNDS`, or 9 times.
pub(crate) fn count() -> usize {
    let rounds = env::var("ROUNDS").ok().and_then(|text| text.parse().ok());
    rounds.unwrap_or(9)
}

/// The figures of some ways, by rounds.
pub(crate) struct Table {
    ways: Vec<String>,
    rounds: Vec<Vec<f64>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(ways: [&str; N]) -> Self {
        Self {
            ways: ways.map(str::to_owned).into(),
            rounds: Vec::new(),
        }
    }

    pub(crate) fn add<const N: usize>(&mut self, figures: [f64; N]) {
        self.rounds.push(figures.into());
    }

    /// Prints the median of each way, and that of its ratio to the first way in the same round, with the quartiles.
    pub(crate) fn print(&self, unit: &str) {
        println!("| | {unit} | ratio | half of the rounds |\n|---|---:|---:|---:|");
        for (place, way) in self.ways.iter().enumerate() {
            let own = self.rounds.iter().map(|round| round[place]);
            let ratios = self.rounds.iter().map(|round| round[place] / round[0]);
            let (own, ratios) = (sorted(own), sorted(ratios));
            let quartile = |part: usize| ratios[ratios.len() * part / 4];
            let (low, high) = (quartile(1), quartile(3));
            println!(
                "| {way} | {:.1} | {:.2} | {low:.2}–{high:.2} |",
                own[own.len() / 2],
                ratios[ratios.len() / 2]
            );
        }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}
