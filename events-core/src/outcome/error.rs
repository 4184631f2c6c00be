use core::error::Error;
use core::fmt;

#[cfg(feature = "alloc")]
use super::Failure;
use super::{Outcome, Stop};

/// The error of an emit in which a handler failed, or in which a deadline or a cancellation kept a handler from running.
///
/// [`Outcome::into_result`] returns it. `Display` writes each failed handler with its path, file, line and error;
/// [`source`](Error::source) is the first error that a handler returned.
///
/// ```
/// use std::error::Error;
/// use events::prelude::*;
///
/// #[event]
/// struct DoorOpened;
///
/// #[handler]
/// fn switch_light(_: &DoorOpened) -> Result<(), &'static str> { Err("the bulb is broken") }
///
/// #[handler]
/// fn ring_bell(_: &DoorOpened) -> Result<(), &'static str> { Err("no power") }
///
/// let error = events::dispatch(&DoorOpened).into_result().unwrap_err();
/// assert!(error.to_string().starts_with("2 handlers failed: "));
/// assert_eq!(error.failures().len(), 2);
/// assert_eq!(error.source().unwrap().to_string(), "no power");
/// ```
pub struct DispatchError {
    outcome: Outcome,
}

impl DispatchError {
    pub(crate) fn new(outcome: Outcome) -> Self {
        Self { outcome }
    }

    /// Returns the whole outcome, which also says how many handlers ran and what stopped the run.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events::outcome::Stop;
    /// use events::prelude::*;
    ///
    /// #[event]
    /// struct ReportAsked;
    ///
    /// #[handler]
    /// fn write_report(_: &ReportAsked) {}
    ///
    /// let expired = Context::new().with_timeout(Duration::ZERO);
    /// let error = events::dispatch_with(&ReportAsked, &expired).into_result().unwrap_err();
    /// assert_eq!(error.outcome().stopped(), Some(Stop::Deadline));
    /// assert_eq!(error.outcome().failed(), 0);
    /// ```
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns the handlers that failed, in the order in which they ran. Empty if a deadline or a cancellation is the only
    /// reason for the error.
    #[cfg(feature = "alloc")]
    pub fn failures(&self) -> &[Failure] {
        self.outcome.failures()
    }
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_failures(f)?;
        if let Some(stop @ (Stop::Deadline | Stop::Cancelled)) = self.outcome.stopped() {
            if self.outcome.failed() > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{stop} before {} of the handlers ran", self.outcome.unreached())?;
        }
        Ok(())
    }
}

impl DispatchError {
    #[cfg(feature = "alloc")]
    fn fmt_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failures = self.failures();
        if failures.len() > 1 {
            write!(f, "{} handlers failed: ", failures.len())?;
        }
        for (index, failure) in failures.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{} ({}:{}): {failure}", failure.name(), failure.file(), failure.line())?;
        }
        Ok(())
    }

    /// Without an allocator errors are counted, not kept.
    #[cfg(not(feature = "alloc"))]
    fn fmt_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.outcome.failed();
        match self.outcome.first_failed() {
            None if count == 0 => Ok(()),
            None => write!(f, "{count} handlers failed"),
            Some(first) if count == 1 => write!(f, "{} ({}:{}) failed", first.path, first.file, first.line),
            Some(first) => {
                write!(f, "{count} handlers failed, {} ({}:{}) first", first.path, first.file, first.line)
            }
        }
    }
}

impl fmt::Debug for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchError").field("outcome", &self.outcome).finish()
    }
}

impl Error for DispatchError {
    #[cfg(feature = "alloc")]
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures().iter().find_map(|failure| failure.error()).map(|error| error as &dyn Error)
    }
}
