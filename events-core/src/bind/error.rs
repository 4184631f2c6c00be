use core::fmt;

use crate::handler::{HandlerMeta, StateMeta};
use crate::text::{Text, ToText};

/// The reason for which an extractor could not be bound.
///
/// [`Extractor::bind`](crate::extract::Extractor::bind) returns it, and the builder of the bus reports it with the handler.
///
/// ```
/// use events::bind::BindError;
///
/// let error = BindError::missing_state::<String>();
/// assert_eq!(error.to_string(), "no state of type `alloc::string::String`");
/// ```
#[derive(Clone, Debug)]
pub struct BindError(Reason);

#[derive(Clone, Debug)]
enum Reason {
    State(StateMeta),
    /// The bus has the state in an `Arc`.
    #[cfg(feature = "alloc")]
    SharedState(StateMeta),
    Other(Text),
}

impl BindError {
    /// Creates the error of a bus that has no state of type `T`.
    pub fn missing_state<T: 'static>() -> Self {
        Self(Reason::State(StateMeta::of::<T>()))
    }

    /// Creates the error of a bus that has no state of type `T`, but one of type `Arc<T>`.
    #[cfg(feature = "alloc")]
    pub(crate) fn shared_state<T: 'static>() -> Self {
        Self(Reason::SharedState(StateMeta::of::<T>()))
    }

    /// Creates an error with a reason of your own. Say what is missing and how to supply it.
    ///
    /// ```
    /// use events::bind::BindError;
    ///
    /// let error = BindError::new("no mail server: set `SMTP_HOST`");
    /// assert_eq!(error.to_string(), "no mail server: set `SMTP_HOST`");
    /// assert_eq!(error.state(), None);
    /// ```
    pub fn new(reason: impl ToText) -> Self {
        Self(Reason::Other(reason.to_text()))
    }

    /// Returns the type of the state that is missing, if that is the reason.
    ///
    /// ```
    /// use events::bind::BindError;
    /// use events::handler::StateMeta;
    ///
    /// assert_eq!(BindError::missing_state::<u64>().state(), Some(StateMeta::of::<u64>()));
    /// ```
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

/// A handler, and an argument of it that could not be bound.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Missing {
    /// The handler.
    pub handler: &'static HandlerMeta,
    /// The reason for which the argument could not be bound.
    pub error: BindError,
}
