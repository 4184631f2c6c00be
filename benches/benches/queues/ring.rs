//! The ring of lanes. It is not public, so its files are included by path.

#[path = "../../../events-runtime/src/lane/queue/ring/consumer.rs"]
mod consumer;
#[path = "../../../events-runtime/src/lane/queue/ring/primitive.rs"]
mod primitive;
#[path = "../../../events-runtime/src/lane/queue/ring/queue.rs"]
mod queue;
#[path = "../../../events-runtime/src/lane/queue/ring/slot.rs"]
mod slot;

pub(crate) use consumer::Consumer;
pub(crate) use queue::{Refused, Ring};
