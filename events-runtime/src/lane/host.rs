//! What lanes ask of the bus that they belong to.

use super::execute::Route;

/// The bus of some lanes. Whoever holds it keeps the bus, and so the routes of its messages, alive.
pub(crate) trait Host: Send + Sync {
    /// Ends all lanes, if they are closed and none of them has anything left to do. Returns whether they have ended.
    fn end_if_finished(&self) -> bool;

    /// Shows the routes of the events that were sent.
    fn for_each_route(&self, see: &mut dyn FnMut(&Route));
}
