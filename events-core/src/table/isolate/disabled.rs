use crate::handler::Fault;

/// There is nothing to catch without `std`.
pub(crate) enum Panic {}

impl Panic {
    pub(crate) fn into_fault(self) -> Fault {
        match self {}
    }
}

#[inline(always)]
pub(crate) fn isolate<R>(run: impl FnOnce() -> R) -> Result<R, Panic> {
    Ok(run())
}
