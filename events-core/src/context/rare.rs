use super::metadata::Metadata;
#[cfg(feature = "std")]
use super::time::SharedTime;

/// What only few contexts have. Shared by all clones.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    pub(super) metadata: Metadata,
    /// The clock that replaces the system's, if there is one.
    #[cfg(feature = "std")]
    pub(super) time: Option<SharedTime>,
}
