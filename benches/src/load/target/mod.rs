//! The targets that are put under load, one file each.

mod array_queue;
mod crossbeam;
mod direct;
#[cfg(feature = "rivals")]
mod jaeb;
mod lane;
mod settings;
mod sync_channel;
mod tally;
#[expect(clippy::module_inception, reason = "the trait that all files here implement")]
mod target;
mod tokio_mpsc;

pub use self::array_queue::ArrayQueue;
pub use self::crossbeam::Crossbeam;
pub use self::direct::Direct;
#[cfg(feature = "rivals")]
pub use self::jaeb::Jaeb;
pub use self::lane::{BatchLane, SendLane};
pub use self::settings::{Overflow, Settings, Unsupported};
pub use self::sync_channel::SyncChannel;
pub use self::tally::{Tally, counted};
pub use self::target::Target;
pub use self::tokio_mpsc::TokioMpsc;
