//! The settings of a lane, and their bounds.

mod check;
mod defaults;
mod policies;
mod settings;
#[cfg(feature = "serde")]
mod text;
mod watermark;
mod workers;

pub(crate) use defaults::Defaults;
pub use policies::{KeyOrder, Overflow, Wait};
#[doc(hidden)]
pub use settings::Lane;
pub use settings::LaneConfig;
pub(super) use watermark::Watermarks;
pub use watermark::{Mark, Watermark};
pub use workers::Workers;
