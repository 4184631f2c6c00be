//! How a lane is made: its settings, and which of them are refused.

mod check;
mod policies;
mod settings;
mod watermark;
mod workers;

pub(crate) use check::BadSetting;
pub use policies::{KeyOrder, Overflow, Wait};
pub use settings::Lane;
pub(super) use watermark::Watermarks;
pub use watermark::{Mark, Watermark};
pub use workers::Workers;
