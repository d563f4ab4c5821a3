use std::fmt::Write;

use crate::columns::Column;
use crate::contenders::{BASELINE, Contender};
use crate::options::Options;
use crate::results::Results;
use crate::settings::SETTINGS;
use crate::table::short;

const ACROSS: usize = 5;
const WIDTH: f64 = 200.0;
const BAR: f64 = 15.0;
const NAMES: f64 = 120.0;
/// Longer bars are cut, their figure says how long they are.
const LONGEST: f64 = 4.0;

/// Draws the ratios of the main table: a panel for each column, a bar for each contender, and a line
/// where the tokio channel is.
pub(crate) fn svg(options: &Options, results: &Results) -> String {
    let columns: Vec<_> = options
        .columns
        .iter()
        .filter(|column| column.is_compared())
        .collect();
    let contenders = options.contenders.iter().filter(|one| one.name != BASELINE);
    let contenders: Vec<_> = contenders.collect();
    let height = 40.0 + BAR * contenders.len() as f64;
    let lines = columns.len().div_ceil(ACROSS);
    let (full_width, full_height) = (NAMES + WIDTH * ACROSS as f64, 50.0 + height * lines as f64);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full_width} {full_height}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-size=\"14\">Time compared with a bounded tokio channel (the line at 1): \
         shorter is better</text>\n"
    );
    for line in 0..lines {
        let top = 50.0 + height * line as f64;
        names(&mut svg, &contenders, top);
        for (position, column) in columns.iter().skip(line * ACROSS).take(ACROSS).enumerate() {
            let left = NAMES + WIDTH * position as f64;
            panel(&mut svg, results, column, &contenders, left, top);
        }
    }
    svg + "</svg>\n"
}

fn names(svg: &mut String, contenders: &[&Contender], top: f64) {
    for (position, contender) in contenders.iter().enumerate() {
        let (x, y) = (NAMES - 8.0, top + 17.0 + BAR * position as f64);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
            contender.title
        );
    }
}

fn panel(
    svg: &mut String,
    results: &Results,
    column: &Column,
    contenders: &[&Contender],
    left: f64,
    top: f64,
) {
    let scale = (WIDTH - 45.0) / LONGEST;
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"{top}\" font-weight=\"bold\">{}</text>",
        column.title
    );
    for (position, contender) in contenders.iter().enumerate() {
        let Some(ratio) =
            results.ratio(SETTINGS[0], contender.name, column.workload, column.metric)
        else {
            continue;
        };
        let colour = if contender.binary == "bench_ours" {
            "#1f6feb"
        } else {
            "#b8bec7"
        };
        let width = ratio.median.min(LONGEST) * scale;
        let y = top + 7.0 + BAR * position as f64;
        let cut = if ratio.median > LONGEST { "…" } else { "" };
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" y=\"{y}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{}\" font-size=\"10\">{cut}{}</text>",
            BAR - 3.0,
            left + width + 4.0,
            y + 10.0,
            short(ratio.median),
        );
    }
    let (x, bottom) = (left + scale, top + 7.0 + BAR * contenders.len() as f64);
    let _ = writeln!(
        svg,
        "<line x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{bottom}\" stroke=\"#d1242f\"/>",
        top + 5.0
    );
}
