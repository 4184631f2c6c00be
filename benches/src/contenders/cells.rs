use crate::body::{BoxError, COUNTERS, body, local_body};

/// The cells in which handlers that are registered at run time count.
pub(super) trait Cells: Clone + Send + Sync + 'static {
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), BoxError>;
}

/// The cells of linked handlers without state.
#[derive(Clone, Copy)]
pub(super) struct Global;

impl Cells for Global {
    #[inline(always)]
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), BoxError> {
        body::<INDEX, WORK>(amount, &COUNTERS)
    }
}

/// Cells of the thread that emits.
#[derive(Clone, Copy)]
pub(super) struct Local;

impl Cells for Local {
    #[inline(always)]
    fn count<const INDEX: usize, const WORK: u8>(&self, amount: u64) -> Result<(), BoxError> {
        local_body::<INDEX, WORK>(amount)
    }
}
