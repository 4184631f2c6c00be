use crate::commands::check::report::Found;
use crate::model::{Event, Program};

pub(super) fn find(program: &Program) -> Vec<Found> {
    let unhandled =
        program.events.iter().filter(|event| event.handlers.is_empty() && !event.unhandled_allowed);
    unhandled.map(found).collect()
}

fn found(event: &Event) -> Found {
    let name = event.path.rsplit("::").next().unwrap_or(&event.path);
    Found {
        message: format!("`{}` has no handler", event.path),
        help: format!(
            "write a `#[handler]` that takes `&{name}`, or link the crate that has one; if none is meant, or it comes at run \
             time by `subscribe`, say `#[event(unhandled = \"allow\")]`"
        ),
        location: event.location.clone(),
        related: Vec::new(),
    }
}
