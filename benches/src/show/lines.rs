//! Line charts, as SVG within the page.

use std::fmt::Write;

use super::chart::escape;

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// The name in the legend.
    pub name: String,
    /// A class of the style sheet: its colour.
    pub class: &'static str,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// The scale of an axis.
#[derive(Clone, Debug)]
pub enum Axis {
    /// Linear, from zero.
    Linear,
    /// Logarithmic, for values of different magnitudes.
    Logarithmic,
    /// Linear, with these marks and their names.
    Named(Vec<(f64, String)>),
}

const LEFT: f64 = 74.0;
const RIGHT: f64 = 34.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 40.0;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;

/// Converts values to positions on an axis, from 0 to 1.
struct Scale<'a> {
    axis: &'a Axis,
    least: f64,
    most: f64,
}

impl<'a> Scale<'a> {
    fn new(axis: &'a Axis, values: impl Iterator<Item = f64> + Clone) -> Self {
        let most = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        let above_zero = values.filter(|&value| value > 0.0).fold(most, f64::min);
        match axis {
            Axis::Linear => Self { axis, least: 0.0, most: nice(most) },
            Axis::Logarithmic => {
                let least = 10_f64.powf(above_zero.log10().floor());
                Self { axis, least, most: 10_f64.powf(most.log10().ceil()).max(least * 10.0) }
            }
            Axis::Named(names) => {
                let least = names.first().map_or(0.0, |name| name.0);
                Self { axis, least, most: names.last().map_or(1.0, |name| name.0) }
            }
        }
    }

    fn share(&self, value: f64) -> f64 {
        match self.axis {
            Axis::Logarithmic if value <= self.least => 0.0,
            Axis::Logarithmic => (value / self.least).log10() / (self.most / self.least).log10(),
            _ => ((value - self.least) / (self.most - self.least)).clamp(0.0, 1.0),
        }
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        match self.axis {
            Axis::Linear => (0..=4)
                .map(|tick| self.most * f64::from(tick) / 4.0)
                .map(|value| (value, short(value)))
                .collect(),
            Axis::Logarithmic => {
                let decades = (self.most / self.least).log10().round() as i32;
                (0..=decades)
                    .map(|decade| self.least * 10_f64.powi(decade))
                    .map(|value| (value, short(value)))
                    .collect()
            }
            Axis::Named(names) => names.clone(),
        }
    }
}

/// A round number no less than this one.
fn nice(value: f64) -> f64 {
    let decade = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * decade).find(|&nice| nice >= value).unwrap_or(value)
}

/// A number with few digits.
fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        size if size >= 1e9 => (value / 1e9, "G"),
        size if size >= 1e6 => (value / 1e6, "M"),
        size if size >= 1e3 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = format!("{value:.2}");
    let digits =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    format!("{digits}{unit}")
}

/// A chart of these lines, with a dashed line at `limit` if it is set.
pub fn lines(lines: &[Line], x: (&Axis, &str), y: (&Axis, &str), limit: Option<(f64, &str)>) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let across = Scale::new(x.0, points().map(|point| point.0));
    let values = points().map(|point| point.1);
    let up = Scale::new(y.0, values.chain(limit.map(|limit| limit.0)));
    let left = |value: f64| LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
    let top = |value: f64| TOP + (1.0 - up.share(value)) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">");
    for (value, name) in up.ticks() {
        let y = top(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"grid\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0,
            escape(&name),
        );
    }
    for (value, name) in across.ticks() {
        let _ = write!(
            svg,
            "<text class=\"grid\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            left(value),
            HEIGHT - BOTTOM + 18.0,
            escape(&name),
        );
    }
    let _ = write!(
        svg,
        "<text class=\"grid\" x=\"{LEFT}\" y=\"14\">{}</text>\
         <text class=\"grid\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        escape(y.1),
        WIDTH - RIGHT,
        HEIGHT - 4.0,
        escape(x.1),
    );
    if let Some((value, name)) = limit {
        let y = top(value);
        let _ = write!(
            svg,
            "<line class=\"mark\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"mark\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            WIDTH - RIGHT - 4.0,
            y - 5.0,
            escape(name),
        );
    }
    for line in lines {
        let path = line.points.iter().map(|&(x, y)| format!("{:.1},{:.1}", left(x), top(y)));
        let path = path.collect::<Vec<_>>().join(" ");
        let _ = write!(svg, "<polyline class=\"{}\" points=\"{path}\"/>", line.class);
    }
    svg.push_str("</svg>");
    svg
}

/// The legend of the lines.
pub fn legend(lines: &[Line]) -> String {
    let mut text = String::from("<p class=\"legend\">");
    for line in lines {
        let _ = write!(text, "<i class=\"{}\"></i>{}", line.class, escape(&line.name));
    }
    text.push_str("</p>");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_round() {
        assert_eq!([short(0.0), short(1_500.0), short(2e6), short(0.25)], ["0", "1.5k", "2M", "0.25"]);
        assert_eq!([nice(7.0), nice(1_001.0), nice(0.2)], [8.0, 1_200.0, 0.2]);
    }

    #[test]
    fn a_line_goes_from_corner_to_corner() {
        let line = Line { name: "a".into(), class: "static", points: vec![(0.0, 0.0), (10.0, 10.0)] };
        let svg = lines(&[line], (&Axis::Linear, "s"), (&Axis::Linear, "us"), None);
        assert!(svg.contains("points=\"74.0,240.0 606.0,26.0\""), "{svg}");
    }
}
