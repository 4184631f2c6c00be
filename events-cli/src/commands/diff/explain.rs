//! Says why a change is not compatible, and what to do.

use super::report::{Direction, Reason};
use crate::schema::{self, Problem};
use crate::text::line;

pub(super) fn explain(direction: Direction, reason: &schema::Reason) -> Reason {
    let (reader, writer) = match direction {
        Direction::Backward => ("new", "old"),
        Direction::Forward => ("old", "new"),
    };
    let needed = match direction {
        Direction::Backward => "give it `#[serde(default)]`, or make it an `Option`",
        Direction::Forward => "keep it until no such program runs any more",
    };
    let message = match &reason.problem {
        Problem::NotWritten => {
            format!("the {reader} program needs it and the {writer} one does not write it: {needed}")
        }
        Problem::MayBeAbsent => {
            format!("the {reader} program needs it and the {writer} one may leave it out: {needed}")
        }
        Problem::WrittenTwice => {
            format!(
                "the {writer} program writes two fields that the {reader} one takes for this one: drop an alias"
            )
        }
        Problem::MayBeNull => {
            format!("the {writer} program may write `null`, which the {reader} one does not read")
        }
        Problem::Type { written, read } => {
            format!("the {writer} program writes {written}, which the {reader} one does not read as {read}")
        }
        Problem::NotAllowed => format!(
            "the {writer} program writes it, and the {reader} one allows no fields that it does not know: drop \
             `deny_unknown_fields`"
        ),
        Problem::UnknownVariant => {
            format!("the {writer} program may write this variant, which the {reader} one does not know")
        }
        Problem::Length { written, read } => {
            format!(
                "the {writer} program writes {written} values in a row, and the {reader} one reads {read}"
            )
        }
        Problem::Tagging => {
            "variants are tagged in another way: keep `tag`, `content` and `untagged` as they were".to_owned()
        }
        Problem::Content => {
            "with the one program this variant has a content, and with the other it has none".to_owned()
        }
    };
    Reason {
        breaks: direction,
        field: line(&reason.field).into_owned(),
        message: line(&message).into_owned(),
    }
}
