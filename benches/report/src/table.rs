use std::fmt::Write;

use crate::columns::{Column, Kind};
use crate::contenders::{BASELINE, Contender};
use crate::machine;
use crate::options::Options;
use crate::results::{Results, Summary};
use crate::settings::Setting;

/// The tables of figures that are told as they are.
const PLAIN: [(Kind, &str); 4] = [
    (Kind::Count, "Memory"),
    (Kind::Latency, "Latency of an ask in ns"),
    (
        Kind::Busy,
        "Latency of an ask in ns while 10,000 other workers are busy",
    ),
    (
        Kind::Flood,
        "Latency of an ask in ns while another worker is flooded",
    ),
];

/// Writes everything down, as Markdown.
pub(crate) fn report(options: &Options, results: &Results) -> String {
    let mut text = head(options);
    for &setting in &options.settings {
        let _ = write!(text, "\n## Time: {}\n\n", title_of(options, setting));
        text += &times(options, setting, |column, contender| {
            let (workload, metric) = (column.workload, column.metric);
            compared(results, setting, contender, workload, metric)
        });
        let _ = write!(
            text,
            "\n### Processor time of the same, all cores together\n\n"
        );
        text += &times(options, setting, |column, contender| {
            let (workload, metric) = (column.workload, &*column.cpu_metric());
            compared(results, setting, contender, workload, metric)
        });
    }
    for group in PLAIN {
        for &setting in &options.settings {
            text += &plain(options, results, setting, group);
        }
    }
    for &setting in &options.settings {
        let _ = write!(text, "\n## Spread: {}\n\n", title_of(options, setting));
        text += "Half of the rounds lie between these figures.\n\n";
        text += &times(options, setting, |column, contender| {
            spread(results, setting, contender, column)
        });
    }
    text
}

fn title_of(options: &Options, setting: Setting) -> String {
    match options.tcp {
        true => setting.runtime().to_owned(),
        false => setting.title(),
    }
}

fn head(options: &Options) -> String {
    let (title, faster) = match options.tcp {
        true => ("TCP", "faster than a socket without tasks and channels"),
        false => ("Results", "faster than the channel"),
    };
    let mut text = format!(
        "# {title}\n\n{} Within a round the contenders take turns at each workload. The first row \
         is in ns; below it are ratios to that row in the same round: lower is better, below 1 is \
         {faster}. [What is measured](README.md).\n",
        machine::how(options),
    );
    if options.is_complete() && !options.tcp {
        text += "\n![The ratios of the first table](results.svg)\n";
    }
    text
}

/// Writes a table with a column for each time.
fn times(
    options: &Options,
    setting: Setting,
    cell: impl Fn(&Column, &Contender) -> Option<String>,
) -> String {
    let chosen = |column: &Column| column.is_compared() && column.is_measured(setting, 0);
    columns(options, chosen, cell)
}

/// Writes the columns of a group that is not compared, if there are any.
fn plain(
    options: &Options,
    results: &Results,
    setting: Setting,
    (kind, title): (Kind, &str),
) -> String {
    let chosen = |column: &Column| column.kind == kind && column.is_measured(setting, 0);
    let table = columns(options, chosen, |column, contender| {
        let value = results.value(setting, contender.name, column.workload, column.metric)?;
        let decimals = usize::from(column.name.ends_with("allocations"));
        Some(grouped(value.median, decimals))
    });
    if table.is_empty() {
        return table;
    }
    format!("\n## {title}: {}\n\n{table}", title_of(options, setting))
}

/// Writes a table with a row for each contender.
pub(crate) fn rows(
    options: &Options,
    titles: &[impl AsRef<str>],
    cells: impl Fn(&Contender) -> Vec<Option<String>>,
) -> String {
    let titles: Vec<_> = titles.iter().map(AsRef::as_ref).collect();
    let mut text = format!(
        "| | {} |\n|---|{}\n",
        titles.join(" | "),
        "---:|".repeat(titles.len())
    );
    for contender in &options.contenders {
        let cells = cells(contender).into_iter();
        let cells: Vec<_> = cells.map(|cell| cell.unwrap_or("–".to_owned())).collect();
        let _ = writeln!(
            text,
            "| {} | {} |",
            title(options, contender),
            cells.join(" | ")
        );
    }
    text
}

/// Writes a table with a row for each contender and the columns that are chosen.
fn columns(
    options: &Options,
    chosen: impl Fn(&Column) -> bool,
    cell: impl Fn(&Column, &Contender) -> Option<String>,
) -> String {
    let columns: Vec<_> = options
        .columns
        .iter()
        .filter(|column| chosen(column))
        .collect();
    if columns.is_empty() {
        return String::new();
    }
    let titles: Vec<_> = columns.iter().map(|column| column.title).collect();
    rows(options, &titles, |contender| {
        columns
            .iter()
            .map(|column| cell(column, contender))
            .collect()
    })
}

fn title(options: &Options, contender: &Contender) -> String {
    let version = contender.package.and_then(|package| {
        let lock = options.benches.join(contender.workspace).join("Cargo.lock");
        Some(format!(" {}", machine::version(&lock, package)?))
    });
    format!("{}{}", contender.title, version.unwrap_or_default())
}

/// The baseline's own time, and of the others the ratio to it; their time if it wasn't measured.
fn compared(
    results: &Results,
    setting: Setting,
    contender: &Contender,
    workload: &str,
    metric: &str,
) -> Option<String> {
    let value = || results.value(setting, contender.name, workload, metric);
    if contender.name == BASELINE {
        return value().map(|value| grouped(value.median, 0));
    }
    match results.ratio(setting, contender.name, workload, metric) {
        Some(Summary { median, .. }) => Some(short(median)),
        None => value().map(|value| format!("{} ns", grouped(value.median, 0))),
    }
}

fn spread(
    results: &Results,
    setting: Setting,
    contender: &Contender,
    column: &Column,
) -> Option<String> {
    let (workload, metric) = (column.workload, column.metric);
    if contender.name == BASELINE {
        let time = results.value(setting, contender.name, workload, metric)?;
        return Some(format!(
            "{}–{}",
            grouped(time.low, 0),
            grouped(time.high, 0)
        ));
    }
    let ratio = results.ratio(setting, contender.name, workload, metric)?;
    Some(format!("{}–{}", short(ratio.low), short(ratio.high)))
}

/// Writes a ratio with as many digits as it is worth.
pub(crate) fn short(ratio: f64) -> String {
    let text = match ratio {
        ratio if ratio < 9.995 => format!("{ratio:.2}"),
        ratio => format!("{ratio:.1}"),
    };
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}

/// Writes a number with commas between the thousands.
pub(crate) fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.trim_matches('0').is_empty() {
        return grouped;
    }
    format!("{grouped}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::{grouped, short};

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(0.614), ".61");
        assert_eq!(short(1.08), "1.08");
        assert_eq!(short(12.34), "12.3");
        assert_eq!(grouped(1_325.4, 0), "1,325");
        assert_eq!(grouped(0.008, 1), "0");
        assert_eq!(grouped(1.53, 1), "1.5");
    }
}
