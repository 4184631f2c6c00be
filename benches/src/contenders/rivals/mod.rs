//! Other crates. Each is used as its documentation shows, with synchronous handlers where it has them.

mod bevy;
mod broadcast;
mod jaeb;

pub use jaeb::asynchronous as jaeb_async;

use super::contender::Contender;
use crate::workload::Plain;

/// All of them.
pub fn contenders<W: Plain>() -> Vec<Contender> {
    vec![bevy::contender::<W>(), jaeb::contender::<W>(), broadcast::contender::<W>()]
}
