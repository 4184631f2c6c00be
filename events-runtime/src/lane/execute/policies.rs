//! The policies of an event's handlers: their own, completed by the defaults of the lane.

use events_core::event::Event;
use events_core::handler::{HandlerMeta, Policy, Retry};
use events_core::private::plumbing::BoundTable;

use crate::lane::config::Defaults;

/// The policies of an event's rows on one lane, computed when its route is made.
pub(super) struct Policies {
    rows: Box<[Policy]>,
    retry: Option<Retry>,
    /// Whether rows have to be run one by one.
    guards: bool,
}

impl Policies {
    pub(super) fn new<E: Event>(table: &BoundTable<E>, defaults: &Defaults) -> Self {
        let rows: Box<[Policy]> = (0..table.rows())
            .map(|row| effective(*table.policy(row), table.members(row).len(), defaults))
            .collect();
        let guards = rows.iter().any(|policy| policy.timeout.is_some() || policy.breaker.is_some());
        Self { rows, retry: defaults.retry, guards }
    }

    /// The policy of a row.
    pub(super) fn of_row(&self, row: usize) -> &Policy {
        &self.rows[row]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.rows.iter()
    }

    /// Whether a row has a timeout or a breaker.
    pub(super) fn guards(&self) -> bool {
        self.guards
    }

    /// The retry policy of a handler, which may be a member of a group.
    pub(super) fn retry_of(&self, handler: &HandlerMeta) -> Option<Retry> {
        handler.policy.retry.or(self.retry)
    }
}

/// The policy of a row with `members` handlers. A group gets no timeout and no breaker, because it runs as one step.
fn effective(own: Policy, members: usize, defaults: &Defaults) -> Policy {
    let mut policy = own;
    policy.retry = own.retry.or(defaults.retry);
    if members == 1 {
        policy.timeout = own.timeout.or(defaults.timeout);
        policy.breaker = own.breaker.or(defaults.breaker);
    }
    policy
}
