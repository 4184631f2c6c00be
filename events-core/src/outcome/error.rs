use core::error::Error;
use core::fmt;

#[cfg(feature = "alloc")]
use super::Failure;
use super::{Outcome, Stop};

/// An emit in which a handler failed or was not reached in time.
///
/// `Display` names every one of them, with file and line; [`source`](Error::source) is the first error returned.
pub struct DispatchError {
    outcome: Outcome,
}

impl DispatchError {
    pub(crate) fn new(outcome: Outcome) -> Self {
        Self { outcome }
    }

    /// The whole outcome.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The handlers that failed, in the order in which they ran.
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
