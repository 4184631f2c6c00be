//! A standalone picture.

mod colors;
mod edge;
mod escape;
mod scene;

use std::fmt::Write;

pub(super) use colors::for_page;
pub(super) use escape::escaped;
pub(super) use scene::scene;

use super::layout::layout;
use super::net::Net;
use crate::text::line;

pub(super) fn write(title: &str, net: &Net<'_>) -> String {
    let layout = layout(net);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>{}</title>\n<style>{}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
        escaped(&line(title)),
        colors::for_picture(),
    );
    out.push_str(&scene(net, &layout));
    out.push_str("</svg>\n");
    out
}
