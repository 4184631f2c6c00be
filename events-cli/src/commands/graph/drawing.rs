use crate::model::Program;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// The title: the name of the program.
    pub title: &'a str,
    /// The events and handlers to draw.
    pub shown: &'a Program,
    /// The whole program. An event that a drawn handler emits and that is not among `shown` is drawn as an outline.
    pub whole: &'a Program,
}
