use std::collections::BTreeMap;

use crate::commands::check::report::{Found, Related, listed};
use crate::model::{Event, Handler, Program};

pub(super) fn find(program: &Program) -> Vec<Found> {
    program.events.iter().flat_map(of_event).collect()
}

fn of_event(event: &Event) -> Vec<Found> {
    let mut equal: BTreeMap<i32, Vec<&Handler>> = BTreeMap::new();
    for handler in event.handlers.iter().filter(|handler| handler.may_stop) {
        equal.entry(handler.priority).or_default().push(handler);
    }
    let more = equal.into_iter().filter(|(_, handlers)| handlers.len() > 1);
    more.map(|(priority, handlers)| found(event, priority, &handlers)).collect()
}

fn found(event: &Event, priority: i32, handlers: &[&Handler]) -> Found {
    let (first, others) = (handlers[0], &handlers[1..]);
    let all = if others.len() == 1 { "both" } else { "all" };
    Found {
        message: format!(
            "{} {all} may stop `{}`, at equal priority {priority}: which of them runs first follows from their names alone",
            listed(handlers.iter().map(|handler| handler.path.as_str())),
            event.path
        ),
        help: "give them different priorities: `#[handler(priority = ..)]`, higher runs first".into(),
        location: first.location.clone(),
        related: others
            .iter()
            .map(|handler| Related::new(format!("`{}`", handler.path), &handler.location))
            .collect(),
    }
}
