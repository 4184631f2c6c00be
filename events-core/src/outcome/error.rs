use core::error::Error;
use core::fmt;

use super::{Failure, Outcome, Stop};

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
    pub fn failures(&self) -> &[Failure] {
        self.outcome.failures()
    }
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failures = self.failures();
        let mut lines = failures.iter().map(|failure| {
            move |f: &mut fmt::Formatter<'_>| {
                write!(f, "{} ({}:{}): {failure}", failure.name(), failure.file(), failure.line())
            }
        });
        match (failures.len(), lines.next()) {
            (0, _) | (_, None) => {}
            (1, Some(only)) => only(f)?,
            (count, Some(first)) => {
                write!(f, "{count} handlers failed: ")?;
                first(f)?;
                for line in lines {
                    f.write_str("; ")?;
                    line(f)?;
                }
            }
        }
        if let Some(stop @ (Stop::Deadline | Stop::Cancelled)) = self.outcome.stopped() {
            if !failures.is_empty() {
                f.write_str("; ")?;
            }
            write!(f, "{stop} before {} of the handlers ran", self.outcome.unreached())?;
        }
        Ok(())
    }
}

impl fmt::Debug for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DispatchError").field("outcome", &self.outcome).finish()
    }
}

impl Error for DispatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures().iter().find_map(|failure| failure.error()).map(|error| error as &dyn Error)
    }
}
