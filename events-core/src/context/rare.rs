use super::metadata::Metadata;
#[cfg(feature = "std")]
use super::time::SharedTime;

/// What few contexts carry. Shared by all clones.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    pub(super) metadata: Metadata,
    /// What tells the time, where it is not the system's clock.
    #[cfg(feature = "std")]
    pub(super) time: Option<SharedTime>,
}
