//! Bar charts, as SVG within the page.

use std::fmt::Write;

/// One bar of a chart.
pub struct Row {
    /// The text before the bar.
    pub label: String,
    /// A class of the style sheet: which kind of dispatch.
    pub class: String,
    /// The length of the bar.
    pub value: f64,
    /// The text after the bar.
    pub text: String,
}

const LABELS: f64 = 325.0;
const BARS: f64 = 270.0;
const TEXTS: f64 = 115.0;
const HEIGHT: f64 = 24.0;

/// With a greater ratio of the longest to the shortest bar, the scale is logarithmic, because the shortest would not be
/// visible.
const SPREAD: f64 = 40.0;

/// A chart of horizontal bars, with a line at `mark` if it is set.
pub fn bars(rows: &[Row], mark: Option<(f64, &str)>) -> String {
    let most = rows.iter().map(|row| row.value).fold(f64::MIN_POSITIVE, f64::max);
    let least = rows.iter().map(|row| row.value).filter(|&value| value > 0.0).fold(most, f64::min);
    let logarithmic = most / least > SPREAD;
    let from = 10_f64.powf(least.log10().floor());
    let length = |value: f64| {
        if logarithmic {
            if value <= from { 0.0 } else { (value / from).log10() / (most / from).log10() * BARS }
        } else {
            value / most * BARS
        }
    };
    let top = if mark.is_some() { 20.0 } else { 4.0 };
    let height = top + rows.len() as f64 * HEIGHT + if logarithmic { 22.0 } else { 4.0 };
    let width = LABELS + BARS + TEXTS;
    let mut svg = format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\">");
    if logarithmic {
        decades(&mut svg, from, most, &length, top, height);
    }
    for (index, row) in rows.iter().enumerate() {
        let y = top + index as f64 * HEIGHT;
        let (text_y, bar) = (y + 16.0, length(row.value).max(1.0));
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{text_y}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{}\" x=\"{LABELS}\" y=\"{}\" width=\"{bar:.1}\" height=\"16\" rx=\"2\"/>\
             <text class=\"value\" x=\"{:.1}\" y=\"{text_y}\">{}</text>",
            LABELS - 8.0,
            escape(&row.label),
            row.class,
            y + 4.0,
            LABELS + bar + 6.0,
            escape(&row.text),
        );
    }
    if let Some((value, name)) = mark {
        let x = LABELS + length(value);
        let _ = write!(
            svg,
            "<line class=\"mark\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{:.1}\"/>\
             <text class=\"mark\" x=\"{x:.1}\" y=\"13\" text-anchor=\"middle\">{}</text>",
            top + rows.len() as f64 * HEIGHT,
            escape(name),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Lines at powers of ten, which show that the scale is not linear.
fn decades(svg: &mut String, from: f64, most: f64, length: &dyn Fn(f64) -> f64, top: f64, height: f64) {
    let mut value = from;
    while value <= most {
        let x = LABELS + length(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{:.1}\"/>\
             <text class=\"grid\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value}</text>",
            height - 18.0,
            height - 5.0,
        );
        value *= 10.0;
    }
    let _ = write!(
        svg,
        "<text class=\"grid\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">logarithmic scale</text>",
        LABELS - 8.0,
        height - 5.0
    );
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
