use crate::model::Program;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'a> {
    /// What it is called: the name of the program.
    pub title: &'a str,
    /// The events and handlers to draw.
    pub shown: &'a Program,
    /// All that there are: what a drawn handler emits is drawn as an outline if it is in here only.
    pub whole: &'a Program,
}
