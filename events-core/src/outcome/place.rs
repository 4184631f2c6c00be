use crate::handler::{ClosureMeta, HandlerMeta};

/// What a row of a table stands for, for the outcome to name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A handler, or the first of a group.
    Handler(&'static HandlerMeta),
    /// A closure that was subscribed at run time.
    #[cfg_attr(not(feature = "alloc"), allow(dead_code))]
    Closure(ClosureMeta),
}
