use crate::handler::{ClosureMeta, HandlerMeta};

/// The handlers of a row, which an outcome names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A handler.
    Handler(&'static HandlerMeta),
    /// A fused group. A fault that cannot be assigned to one of its handlers is reported with the first of them.
    Group(&'static [&'static HandlerMeta]),
    /// A closure that was subscribed at run time.
    #[cfg_attr(not(feature = "alloc"), allow(dead_code))]
    Closure(ClosureMeta),
}

impl Place {
    /// Makes the place of a row with these handlers.
    pub(crate) fn of_row(members: &'static [&'static HandlerMeta]) -> Self {
        match members {
            [only] => Self::Handler(only),
            group => Self::Group(group),
        }
    }

    /// The handler of the row that has `later` handlers after it.
    pub(crate) fn before(self, later: u32) -> Self {
        match self {
            Self::Group(members) => {
                let at = members.len().checked_sub(1 + later as usize);
                at.map_or(self, |at| Self::Handler(members[at]))
            }
            single => single,
        }
    }

    pub(crate) fn handler(self) -> Option<&'static HandlerMeta> {
        match self {
            Self::Handler(handler) => Some(handler),
            Self::Group(members) => members.first().copied(),
            Self::Closure(_) => None,
        }
    }

    #[cfg_attr(not(feature = "alloc"), allow(dead_code))]
    pub(crate) fn closure(self) -> Option<ClosureMeta> {
        match self {
            Self::Closure(closure) => Some(closure),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closure(closure) => closure.label(),
            _ => self.handler().map_or("", |handler| handler.path),
        }
    }

    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Closure(closure) => closure.subscribed_at.file(),
            _ => self.handler().map_or("", |handler| handler.file),
        }
    }

    pub(crate) fn line(self) -> u32 {
        match self {
            Self::Closure(closure) => closure.subscribed_at.line(),
            _ => self.handler().map_or(0, |handler| handler.line),
        }
    }
}
