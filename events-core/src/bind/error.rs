use core::fmt;

use crate::handler::{HandlerMeta, StateMeta};
use crate::text::{Text, ToText};

/// Why an extractor could not be bound.
#[derive(Clone, Debug)]
pub struct BindError(Reason);

#[derive(Clone, Debug)]
enum Reason {
    State(StateMeta),
    /// There is one inside of an `Arc`.
    #[cfg(feature = "alloc")]
    SharedState(StateMeta),
    Other(Text),
}

impl BindError {
    /// The bus has no state of type `T`.
    pub fn missing_state<T: 'static>() -> Self {
        Self(Reason::State(StateMeta::of::<T>()))
    }

    /// The bus has no state of type `T`, but one of type `Arc<T>`.
    #[cfg(feature = "alloc")]
    pub(crate) fn shared_state<T: 'static>() -> Self {
        Self(Reason::SharedState(StateMeta::of::<T>()))
    }

    /// Another reason, in words for a person: what is missing and how to supply it.
    pub fn new(reason: impl ToText) -> Self {
        Self(Reason::Other(reason.to_text()))
    }

    /// The state that is missing, if that is the reason.
    pub fn state(&self) -> Option<StateMeta> {
        match self.0 {
            Reason::State(state) => Some(state),
            #[cfg(feature = "alloc")]
            Reason::SharedState(state) => Some(state),
            Reason::Other(_) => None,
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::State(state) => write!(f, "no state of type `{}`", state.name()),
            #[cfg(feature = "alloc")]
            Reason::SharedState(state) => {
                let name = state.name();
                write!(f, "no state of type `{name}` (there is an `Arc` of one, for `State<Arc<{name}>>`)")
            }
            Reason::Other(reason) => f.write_str(reason),
        }
    }
}

impl core::error::Error for BindError {}

/// A handler and what it asks for in vain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Missing {
    /// The handler.
    pub handler: &'static HandlerMeta,
    /// What could not be bound.
    pub error: BindError,
}
