//! What lanes need of the bus that they belong to.

use super::execute::Route;

/// The bus of some lanes. A reference to it keeps the bus alive, and so the routes that messages point to.
pub(crate) trait Host: Send + Sync {
    /// Ends all lanes if they are closed and have nothing left to do. Returns whether they have ended.
    fn end_if_finished(&self) -> bool;

    /// Calls `see` with the route of each event that was sent.
    fn for_each_route(&self, see: &mut dyn FnMut(&Route));
}
