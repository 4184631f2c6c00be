//! The colours, light and dark, and the style sheet that uses them.

/// The style of crates, nodes and edges, with `%name%` for colours.
const STYLE: &str = include_str!("scene.css");

/// The name of a colour, its value on a light background, and on a dark one.
const COLORS: [(&str, &str, &str); 13] = [
    ("paper", "#ffffff", "#14171c"),
    ("box", "#f5f6f8", "#1b1f26"),
    ("rim", "#d3d8e0", "#353c48"),
    ("ink", "#1d2430", "#e4e8ee"),
    ("faint", "#626b79", "#9ba4b3"),
    ("event", "#dde8ff", "#1f3965"),
    ("event-rim", "#3b6fd4", "#6d9bf0"),
    ("handler", "#ffffff", "#242a34"),
    ("handler-rim", "#a3acb9", "#566072"),
    ("dispatch", "#6485c4", "#7396d9"),
    ("emit", "#b8620b", "#e39a4a"),
    ("wrong", "#c4302b", "#ff7b72"),
    ("hit", "#ffcf3f", "#a87c00"),
];

/// The style of a picture. It uses plain colours, since most programs but browsers do not support variables, and the
/// dark ones by a media query.
pub(super) fn for_picture() -> String {
    let light = filled(STYLE, |light, _| light.to_owned());
    let dark = filled(STYLE, |_, dark| dark.to_owned());
    format!("{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n")
}

/// The style of a page, in which the reader can choose light or dark colours.
pub(in crate::commands::graph) fn for_page(page: &str) -> String {
    filled(&[STYLE, page].concat(), |light, dark| format!("light-dark({light}, {dark})"))
}

fn filled(style: &str, color: impl Fn(&str, &str) -> String) -> String {
    COLORS.iter().fold(style.to_owned(), |style, (name, light, dark)| {
        style.replace(&format!("%{name}%"), &color(light, dark))
    })
}
