//! How a lane is made: its settings, and whether they make sense.

mod check;
mod defaults;
mod policies;
mod settings;
#[cfg(feature = "serde")]
mod text;
mod watermark;

pub(crate) use check::BadSetting;
pub(super) use check::MAX_WORKERS;
pub(crate) use defaults::Defaults;
pub use policies::{KeyOrder, Overflow, Wait};
pub use settings::Lane;
pub(super) use watermark::Watermarks;
pub use watermark::{Mark, Watermark};
