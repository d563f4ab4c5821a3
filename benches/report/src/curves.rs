use std::fmt::Write;

use crate::contenders::Contender;
use crate::options::Options;
use crate::results::Results;
use crate::scale::{Curve, key};
use crate::settings::SETTINGS;
use crate::table::grouped;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 220.0;
const COLOURS: [&str; 6] = [
    "#6e7781", "#1f6feb", "#79b8ff", "#bf8700", "#8250df", "#1a7f37",
];

/// Draws a panel for each curve: the count from left to right, each step as wide as the next, and
/// upwards the messages a second.
pub(crate) fn svg(options: &Options, results: &Results, curves: &[Curve]) -> String {
    let full_width = WIDTH * curves.len() as f64 + 20.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {full_width} 300\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (position, curve) in curves.iter().enumerate() {
        panel(
            &mut svg,
            options,
            results,
            curve,
            40.0 + WIDTH * position as f64,
        );
    }
    for (position, contender) in options.contenders.iter().enumerate() {
        let (x, colour) = (40.0 + 180.0 * position as f64, colour(position));
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"284\" width=\"14\" height=\"4\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"290\">{}</text>",
            x + 20.0,
            contender.title,
        );
    }
    svg + "</svg>\n"
}

fn panel(svg: &mut String, options: &Options, results: &Results, curve: &Curve, left: f64) {
    let rates: Vec<_> = options
        .contenders
        .iter()
        .map(|contender| rates(results, curve, contender))
        .collect();
    let highest = rates
        .iter()
        .flatten()
        .fold(0.0, |high: f64, rate| high.max(*rate))
        .ceil();
    let (step, bottom) = (
        (WIDTH - 60.0) / (curve.counts.len() - 1) as f64,
        40.0 + HEIGHT - 20.0,
    );
    let height = |rate: f64| bottom - rate / highest * (HEIGHT - 30.0);
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"20\" font-weight=\"bold\">{}</text>",
        curve.title
    );
    for share in [0.0, 0.5, 1.0] {
        let (rate, right) = (highest * share, left + WIDTH - 60.0);
        let y = height(rate);
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\" stroke=\"#d0d7de\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{rate} M/s</text>",
            left - 2.0,
            y + 4.0,
        );
    }
    for (position, &count) in curve.counts.iter().enumerate() {
        let (x, y) = (left + step * position as f64, bottom + 15.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            grouped(count as f64, 0)
        );
    }
    for (position, rates) in rates.iter().enumerate() {
        let points = rates.iter().enumerate();
        let points =
            points.map(|(at, &rate)| format!("{:.1},{:.1}", left + step * at as f64, height(rate)));
        let points = points.collect::<Vec<_>>().join(" ");
        let colour = colour(position);
        let _ = writeln!(
            svg,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        );
    }
}

/// Millions of messages a second, for each count.
fn rates(results: &Results, curve: &Curve, contender: &Contender) -> Vec<f64> {
    let rate = |&count: &u64| {
        let key = key(curve.workload, count);
        let time = results.value(SETTINGS[0], contender.name, &key, "wall");
        time.map_or(0.0, |time| 1_000.0 / time.median)
    };
    curve.counts.iter().map(rate).collect()
}

fn colour(position: usize) -> &'static str {
    COLOURS[position % COLOURS.len()]
}
