use core::panic::Location;

use crate::handler::HandlerMeta;

/// What a row of a table stands for, for the outcome to name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A handler, or the first of a group.
    Handler(&'static HandlerMeta),
    /// A closure, by where it was subscribed.
    #[cfg_attr(not(feature = "alloc"), allow(dead_code))]
    Closure(&'static Location<'static>),
}
